#include "telemetry/request_id.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <random>

namespace tollgate::telemetry {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::uint64_t kModulus = 218'340'105'584'896;  // 62^8
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// A step without a common factor with 62^8 (2 and 31) visits every value before it repeats one.
constexpr std::uint64_t usable_step(std::uint64_t step) {
  step = step % kModulus | 1;
  return step % 31 == 0 ? step + 2 : step;
}

void put_digits(char* out, std::int64_t value, int count) {
  for (int i = count - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

std::uint64_t random_word(std::random_device& device) { return static_cast<std::uint64_t>(device()) << 32 | device(); }

}  // namespace

RequestIdGenerator::RequestIdGenerator(std::uint64_t start, std::uint64_t step)
    : value_(start % kModulus), step_(usable_step(step)) {}

RequestIdGenerator::RequestIdGenerator() : value_(0), step_(1) {
  std::random_device device;
  value_ = random_word(device) % kModulus;
  step_ = usable_step(random_word(device));
}

RequestId RequestIdGenerator::next(std::int64_t unix_ns) {
  if (unix_ns < 0) unix_ns = 0;
  const std::int64_t second = unix_ns / kNsPerSecond;
  if (second != cached_second_) {
    const std::time_t time = second;
    std::tm parts{};
    gmtime_r(&time, &parts);
    put_digits(cached_text_.data(), parts.tm_year + 1900, 4);
    put_digits(cached_text_.data() + 4, parts.tm_mon + 1, 2);
    put_digits(cached_text_.data() + 6, parts.tm_mday, 2);
    put_digits(cached_text_.data() + 8, parts.tm_hour, 2);
    put_digits(cached_text_.data() + 10, parts.tm_min, 2);
    put_digits(cached_text_.data() + 12, parts.tm_sec, 2);
    cached_second_ = second;
  }
  value_ += step_;
  if (value_ >= kModulus) value_ -= kModulus;

  RequestId out;
  std::copy(cached_text_.begin(), cached_text_.end(), out.text.begin());
  put_digits(out.text.data() + 14, unix_ns % kNsPerSecond, 9);
  std::uint64_t rest = value_;
  for (std::size_t i = 0; i < 8; ++i) {
    out.text[RequestId::kSize - 1 - i] = kAlphabet[rest % 62];
    rest /= 62;
  }
  return out;
}

RequestId RequestIdGenerator::next() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return next(now.tv_sec * kNsPerSecond + now.tv_nsec);
}

std::optional<std::int64_t> time_of_request_id(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  constexpr std::size_t kDigits = 23;  // date, time, nanoseconds
  if (text.size() != RequestId::kSize || !std::ranges::all_of(text.substr(0, kDigits), is_digit)) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (const char c : text.substr(at, count)) value = 10 * value + (c - '0');
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(6, 2)))};
  if (!date.ok()) return std::nullopt;
  const auto time = std::chrono::sys_days(date) + std::chrono::hours(number(8, 2)) +
                    std::chrono::minutes(number(10, 2)) + std::chrono::seconds(number(12, 2));
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string_view clean_foreign_id(std::string_view text) {
  if (text.size() > 64) return {};
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7F || c == '"' || c == '\'' || c == '\\' || c == '<' || c == '>') return {};
  }
  return text;
}

}  // namespace tollgate::telemetry
