#include "console/pages.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/strings.h"
#include "http/message.h"

namespace tollgate::console {
namespace {

/// First segments of what are, or were with the predecessors, APIs; and what this program answers itself.
constexpr std::array<std::string_view, 20> kNotPages{
    "api",   "v1",     "v1beta",  "v1alpha", "pg",         "claude", "gemini",  "openai",  "mj",     "suno",
    "kling", "submit", "recraft", "clarity", "generative", "azure",  "metrics", "healthz", "readyz", "assets"};

/// Old billing pages of OpenAI's, below a word that might be a page.
constexpr std::string_view kBilling = "dashboard/billing";

std::string_view first_segment(std::string_view path) { return path.substr(0, path.find('/')); }
std::string_view last_segment(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_api(std::string_view path) {
  const std::string_view first = first_segment(path);
  return std::ranges::any_of(kNotPages, [&](std::string_view name) { return iequals(name, first); }) ||
         istarts_with(path, kBilling);
}

/// No control characters, no backslash, no segment that is empty (but the last) or begins with a dot.
bool is_plain(std::string_view path) {
  if (std::ranges::any_of(path, [](unsigned char c) { return c < 0x20 || c == 0x7F || c == '\\'; })) return false;
  while (!path.empty()) {
    const std::string_view segment = first_segment(path);
    if (segment.empty() || segment.starts_with('.')) return false;
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
  }
  return true;
}

}  // namespace

bool is_page(std::string_view raw) {
  const auto path = http::percent_decode(raw, false);
  if (!path || !is_plain(*path) || is_api(*path)) return false;
  // Models' names have dots; they stand below /panel/.
  return istarts_with(*path, "panel/") || last_segment(*path).find('.') == std::string_view::npos;
}

}  // namespace tollgate::console
