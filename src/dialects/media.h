#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"
#include "llm/chat.h"

/// Small pieces that more than one dialect needs to read or write messages.
namespace tollgate::dialects {

struct DataUrl {
  std::string_view media_type;
  std::string_view base64;
};
/// Parts of `data:image/png;base64,...`; nothing if it is not a base64 data URL.
[[nodiscard]] std::optional<DataUrl> parse_data_url(std::string_view url);
[[nodiscard]] bool is_web_url(std::string_view url);
[[nodiscard]] std::string data_url(std::string_view media_type, std::string_view base64);
/// @return false if the text is not base64.
[[nodiscard]] bool decode_base64(std::string_view base64, std::string& out);

/// A JSON string with the text; Boost's string cannot be made from a std::string_view of another type by itself.
[[nodiscard]] inline json::string to_string(std::string_view text) { return json::string(text.data(), text.size()); }

/// Copies the members that are not `known` into `extras`.
template <std::size_t N>
void keep_unknown(const json::object& from, const std::string_view (&known)[N], json::object& extras) {
  for (const auto& member : from) {
    const std::string_view key(member.key().data(), member.key().size());
    bool is_known = false;
    for (const std::string_view candidate : known) is_known = is_known || candidate == key;
    if (!is_known) extras.emplace(member.key(), member.value());
  }
}

/// Adds `extras` to a body without replacing what stands there.
void add_extras(const json::object& extras, json::object& body);

/// Where a block stands in the client's request, for refusals and notes: `messages[2].content[0]`, `system[1]`.
[[nodiscard]] std::string block_path(const llm::ChatRequest& request, std::size_t message, std::size_t block);

/// The texts of the blocks, joined; other blocks are skipped.
[[nodiscard]] std::string joined_text(const std::vector<llm::Block>& blocks, std::string_view separator);

}  // namespace tollgate::dialects
