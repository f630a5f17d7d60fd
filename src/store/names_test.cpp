#include "store/names.h"

#include <string>

#include "store/store_fixture.h"

namespace tollgate::store {
namespace {

using NamesTest = StoreTest;
TOLLGATE_ON_ALL_ENGINES(NamesTest);

TEST_P(NamesTest, HaveOneIdForGood) {
  const auto ids = VALUE(intern_names(db(), NameKind::model, {"gpt-4o", "", "GPT-4o", "gpt-4o"}));
  ASSERT_EQ(ids.size(), 4u);
  EXPECT_NE(ids[0], 0);
  EXPECT_EQ(ids[1], 0);
  EXPECT_NE(ids[2], ids[0]);
  EXPECT_EQ(ids[3], ids[0]);
  EXPECT_EQ(VALUE(intern_names(db(), NameKind::model, {"gpt-4o"}))[0], ids[0]);
  EXPECT_NE(VALUE(intern_names(db(), NameKind::group, {"gpt-4o"}))[0], ids[0]);
  EXPECT_EQ(VALUE(find_name(db(), NameKind::model, "gpt-4o")), ids[0]);
  EXPECT_EQ(VALUE(find_name(db(), NameKind::error, "gpt-4o")), 0);
  const auto names = VALUE(find_names(db(), {ids[2], ids[0], 99'999'999}));
  EXPECT_EQ(names.size(), 2u);
  EXPECT_EQ(VALUE(load_names(db(), NameKind::model)).size(), 2u);
  EXPECT_TRUE(VALUE(find_names(db(), {})).empty());
}

TEST_P(NamesTest, AreCutAtACharacter) {
  const std::string hostile = std::string(190, 'x') + "\xE2\x82\xAC" + std::string(100'000, 'y');
  const auto id = VALUE(intern_names(db(), NameKind::model, {hostile}))[0];
  EXPECT_EQ(VALUE(find_names(db(), {id}))[0].text, std::string(190, 'x'));
  EXPECT_EQ(VALUE(find_name(db(), NameKind::model, hostile)), id);
}

}  // namespace
}  // namespace tollgate::store
