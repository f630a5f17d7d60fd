#include "store/preferences.h"

#include "store/query.h"
#include "store/store_fixture.h"
#include "store/users.h"

namespace tollgate::store {
namespace {

class Preferences : public StoreTest {
 protected:
  UserId add_user(const std::string& name) {
    UserRow row;
    row.username = name;
    row.created_at = row.updated_at = kNow;
    return VALUE(create_user(db(), row));
  }
};
TOLLGATE_ON_ALL_ENGINES(Preferences);

TEST_P(Preferences, AreEachUsersOwnAndReplacedWhole) {
  const UserId ada = add_user("ada"), bob = add_user("bob");
  EXPECT_EQ(VALUE(find_preferences(db(), ada)), "");
  VALUE(set_preferences(db(), ada, R"({"theme":"dark"})", kNow));
  VALUE(set_preferences(db(), bob, "{}", kNow));
  const std::string long_one = R"({"x":")" + std::string(32'000, 'x') + "\"}";
  VALUE(set_preferences(db(), ada, long_one, kNow));
  EXPECT_EQ(VALUE(find_preferences(db(), ada)), long_one);
  EXPECT_EQ(VALUE(find_preferences(db(), bob)), "{}");
}

TEST_P(Preferences, GoWithTheirUser) {
  const UserId ada = add_user("ada");
  VALUE(set_preferences(db(), ada, "{}", kNow));
  VALUE(delete_user(db(), ada, "1", kNow));
  EXPECT_EQ(VALUE(find_preferences(db(), ada)), "");
}

}  // namespace
}  // namespace tollgate::store
