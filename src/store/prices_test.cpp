#include "store/prices.h"

#include <algorithm>

#include "store/store_fixture.h"

namespace tollgate::store {
namespace {

class Prices : public StoreTest {
 protected:
  PriceRow price(const std::string& model, const std::string& input = "1", const std::string& output = "2") {
    PriceRow row;
    row.model = model;
    row.input = input;
    row.output = output;
    return row;
  }
  std::vector<std::string> models() {
    std::vector<std::string> out;
    for (const auto& row : VALUE(load_prices(db()))) out.push_back(row.model + "=" + row.input);
    std::sort(out.begin(), out.end());
    return out;
  }
};
TOLLGATE_ON_ALL_ENGINES(Prices);
using Models = std::vector<std::string>;

TEST_P(Prices, KeepEveryField) {
  PriceRow row = price("openai/gpt-4o", "0.2857", "1.10");
  row.type = PriceType::times;
  row.owner = 28;
  row.extra_ratios = R"({"cached_tokens":0.5})";
  row.locked = true;
  const auto version = VALUE(create_price(db(), row, kNow));
  const PriceRow found = *VALUE(find_price(db(), "openai/gpt-4o"));
  EXPECT_EQ(found.type, PriceType::times);
  EXPECT_EQ(found.owner, 28);
  EXPECT_EQ(found.input, "0.2857");
  EXPECT_EQ(found.output, "1.1");
  EXPECT_EQ(found.extra_ratios, row.extra_ratios);
  EXPECT_TRUE(found.locked);
  EXPECT_EQ(found.version, version);
  EXPECT_EQ(found.updated_at, kNow);
  EXPECT_FALSE(VALUE(find_price(db(), "OPENAI/gpt-4o")));
}

TEST_P(Prices, RefuseWhatIsNoRatio) {
  for (const char* bad : {"", "-1", "free", "1,5", "0x10", "inf", "1.2.3"}) {
    EXPECT_CODE(create_price(db(), price("m", bad), kNow), ErrorCode::invalid_request);
    EXPECT_CODE(put_price(db(), price("m", "1", bad), kNow), ErrorCode::invalid_request);
  }
  EXPECT_CODE(create_price(db(), price(""), kNow), ErrorCode::invalid_request);
  EXPECT_EQ(models(), Models{});
}

TEST_P(Prices, AreOneAModel) {
  VALUE(create_price(db(), price("m"), kNow));
  EXPECT_CODE(create_price(db(), price("m"), kNow), ErrorCode::conflict);
  VALUE(create_price(db(), price("n"), kNow));
  EXPECT_CODE(update_price(db(), "m", price("n"), kNow), ErrorCode::conflict);
  EXPECT_CODE(update_price(db(), "x", price("x"), kNow), ErrorCode::not_found);
  VALUE(update_price(db(), "m", price("o", "5"), kNow));
  EXPECT_EQ(models(), (Models{"n=1", "o=5"}));
  VALUE(delete_price(db(), "o"));
  EXPECT_CODE(delete_price(db(), "o"), ErrorCode::not_found);
  EXPECT_EQ(VALUE(delete_prices(db(), {"n", "unknown"})), 1);
}

TEST_P(Prices, KeepWhatOldRowsWereChargedWith) {
  const auto first = VALUE(put_price(db(), price("m", "1"), kNow));
  // Nothing that is charged changes: the version stays.
  PriceRow same = price("m", "1.0");
  same.locked = true;
  same.owner = 3;
  EXPECT_EQ(VALUE(put_price(db(), same, kNow + 1)), first);
  EXPECT_TRUE(VALUE(find_price(db(), "m"))->locked);
  const auto second = VALUE(put_price(db(), price("m", "3"), kNow + 2));
  EXPECT_NE(second, first);
  VALUE(delete_price(db(), "m"));
  EXPECT_EQ(VALUE(find_price_version(db(), first))->input, "1");
  EXPECT_EQ(VALUE(find_price_version(db(), second))->input, "3");
  EXPECT_EQ(VALUE(find_price_version(db(), second))->model, "m");
  EXPECT_EQ(VALUE(find_price_versions(db(), {second, first, 999})).size(), 2u);
  EXPECT_FALSE(VALUE(find_price_version(db(), 999'999)));
  EXPECT_TRUE(VALUE(find_price_versions(db(), {})).empty());
}

TEST_P(Prices, AreSynchronizedByMode) {
  const auto start = [&] {
    VALUE(delete_prices(db(), {"locked", "open", "gone", "new"}));
    PriceRow locked = price("locked", "1");
    locked.locked = true;
    VALUE(put_price(db(), locked, kNow));
    VALUE(put_price(db(), price("open", "1"), kNow));
    VALUE(put_price(db(), price("gone", "1"), kNow));
  };
  const std::vector<PriceRow> fetched{price("locked", "9"), price("open", "8"), price("open", "9"), price("new", "9")};
  start();
  EXPECT_EQ(VALUE(sync_prices(db(), fetched, PriceSync::add, kNow)), 1);
  EXPECT_EQ(models(), (Models{"gone=1", "locked=1", "new=9", "open=1"}));
  start();
  EXPECT_EQ(VALUE(sync_prices(db(), fetched, PriceSync::update, kNow)), 1);
  EXPECT_EQ(models(), (Models{"gone=1", "locked=1", "open=9"}));
  start();
  EXPECT_EQ(VALUE(sync_prices(db(), fetched, PriceSync::overwrite, kNow)), 2);
  EXPECT_EQ(models(), (Models{"locked=1", "new=9", "open=9"}));
  EXPECT_CODE(sync_prices(db(), {price("x", "1"), price("y", "?")}, PriceSync::overwrite, kNow),
              ErrorCode::invalid_request);
  EXPECT_EQ(models().size(), 3u);
}

TEST_P(Prices, AreReplacedForASetOfModels) {
  for (const char* model : {"a", "b", "other"}) VALUE(put_price(db(), price(model), kNow));
  VALUE(replace_prices(db(), {"a", "b"}, {"b", "c", "c"}, price("ignored", "7"), kNow));
  EXPECT_EQ(models(), (Models{"b=7", "c=7", "other=1"}));
  EXPECT_CODE(replace_prices(db(), {"b"}, {""}, price("x"), kNow), ErrorCode::invalid_request);
  EXPECT_EQ(models().size(), 3u);
}

}  // namespace
}  // namespace tollgate::store
