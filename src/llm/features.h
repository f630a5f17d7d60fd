#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::llm {

/// What a request may need from the dialect that it is sent in. Only what a dialect may lack without a reasonable
/// replacement is here; what can be dropped is dropped and noted while rendering.
enum class Feature : std::uint32_t {
  tools = 1u << 0,
  images = 1u << 1,
  audio_input = 1u << 2,
  audio_output = 1u << 3,
  files = 1u << 4,
  several_choices = 1u << 5,
  json_schema = 1u << 6,
  json_object = 1u << 7,
  reasoning = 1u << 8,
  server_tools = 1u << 9,   ///< tools that the provider runs itself, such as web search
  custom_tools = 1u << 10,  ///< free-form tools with a grammar
  token_logprobs = 1u << 11,
};

class Features {
 public:
  constexpr Features() = default;
  constexpr Features(Feature feature) : bits_(static_cast<std::uint32_t>(feature)) {}  // NOLINT: a set of one

  constexpr Features& operator|=(Features other) {
    bits_ |= other.bits_;
    return *this;
  }
  friend constexpr Features operator|(Features a, Features b) { return a |= b; }
  friend constexpr bool operator==(Features, Features) = default;
  [[nodiscard]] constexpr bool has(Feature feature) const { return (bits_ & static_cast<std::uint32_t>(feature)) != 0; }
  [[nodiscard]] constexpr bool covers(Features wanted) const { return (wanted.bits_ & ~bits_) == 0; }
  [[nodiscard]] constexpr Features without(Features other) const {
    Features out;
    out.bits_ = bits_ & ~other.bits_;
    return out;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }

 private:
  std::uint32_t bits_ = 0;
};
constexpr Features operator|(Feature a, Feature b) { return Features(a) | Features(b); }

/// Names in words, comma-separated, for messages: "images, custom tools".
[[nodiscard]] std::string feature_names(Features features);

}  // namespace tollgate::llm
