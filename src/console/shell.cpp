#include "console/shell.h"

namespace tollgate::console {
namespace {

constexpr std::string_view kBaseMark = "__TOLLGATE_BASE__";
constexpr std::string_view kNonceMark = "__TOLLGATE_NONCE__";

std::vector<std::string> split(std::string_view text, std::string_view mark) {
  std::vector<std::string> out;
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
    out.emplace_back(text.substr(0, at));
    text.remove_prefix(at + mark.size());
  }
  out.emplace_back(text);
  return out;
}

std::string join(const std::vector<std::string>& pieces, std::string_view between) {
  std::string out = pieces.front();
  for (std::size_t i = 1; i < pieces.size(); ++i) out.append(between).append(pieces[i]);
  return out;
}

}  // namespace

Shell::Shell(std::string_view html, std::string_view base)
    : pieces_(split(join(split(html, kBaseMark), base), kNonceMark)) {}

std::string Shell::render(std::string_view nonce) const { return join(pieces_, nonce); }

std::string policy(std::string_view nonce) {
  std::string out = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-";
  out.append(nonce).append(
      "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; "
      "frame-ancestors 'none'");
  return out;
}

}  // namespace tollgate::console
