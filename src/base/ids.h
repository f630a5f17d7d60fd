#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace tollgate {

/// A database id that cannot be mistaken for another kind of id. 0 is "none".
template <class Tag>
struct Id {
  std::int64_t value = 0;
  constexpr auto operator<=>(const Id&) const = default;
  constexpr explicit operator bool() const { return value != 0; }
};

using UserId = Id<struct UserTag>;
using TokenId = Id<struct TokenTag>;
using ChannelId = Id<struct ChannelTag>;

/// Money inside the gateway: an integer, 500,000 = 1 USD unless the option QuotaPerUnit says otherwise.
using Quota = std::int64_t;
inline constexpr Quota kQuotaPerUsd = 500'000;
/// Totals of an account stay within ±2^53, so that they survive JSON numbers.
inline constexpr Quota kQuotaLimit = Quota{1} << 53;

}  // namespace tollgate

template <class Tag>
struct std::hash<tollgate::Id<Tag>> {
  std::size_t operator()(tollgate::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
