#include "manage/resources.h"

#include <vector>

#include "manage/dispatch.h"

namespace tollgate::manage {

const std::vector<Row>& all_rows() {
  static const std::vector<Row> kRows = [] {
    std::vector<Row> rows;
    for (const auto resource :
         {&system_routes,      &session_routes, &self_routes,          &preference_routes,  &user_routes,
          &option_routes,      &group_routes,   &model_routes,         &analytics_routes,   &billing_routes,
          &token_routes,       &channel_routes, &channel_batch_routes, &channel_tag_routes, &channel_test_routes,
          &channel_run_routes, &price_routes,   &log_routes,           &overview_routes,    &setup_routes,
          &playground_routes}) {
      const auto more = resource();
      rows.insert(rows.end(), more.begin(), more.end());
    }
    return rows;
  }();
  return kRows;
}

}  // namespace tollgate::manage
