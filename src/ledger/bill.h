#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/ids.h"
#include "ledger/prices.h"
#include "llm/usage.h"

namespace tollgate::ledger {

/// One factor of a bill: so many of a kind at a price. Amounts are exact, in quota, as plain decimals.
struct BillLine {
  std::string_view kind;  ///< input, cache_read, ..., call, web_search
  std::int64_t count = 0;
  std::string price;   ///< quota each
  std::string amount;  ///< count × price
};

/// What `cost` adds up and rounds, for people. Only kinds that were counted.
struct Bill {
  std::vector<BillLine> lines;
  std::string sum;  ///< of the amounts
  Decimal group_ratio;
  Quota quota = 0;  ///< sum × group_ratio, rounded up: the same as `cost`
};

[[nodiscard]] Bill bill_of(const llm::Usage& usage, const Price& price, Decimal group_ratio, std::int64_t calls = 1);

}  // namespace tollgate::ledger
