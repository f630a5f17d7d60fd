#include "identity/passwords.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace tollgate::identity {
namespace {

// The few that every guesser tries first, of those that are long enough to be taken at all.
constexpr std::array kTooCommon = {
    std::string_view("12345678"), std::string_view("123456789"), std::string_view("1234567890"),
    std::string_view("password"), std::string_view("password1"), std::string_view("passw0rd"),
    std::string_view("qwertyui"), std::string_view("qwerty123"), std::string_view("1qaz2wsx"),
    std::string_view("11111111"), std::string_view("00000000"),  std::string_view("88888888"),
    std::string_view("iloveyou"), std::string_view("abcd1234"),  std::string_view("admin123"),
    std::string_view("changeme"), std::string_view("letmein1"),  std::string_view("sunshine"),
};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::unexpected<Error> refused(std::string_view param, std::string message) {
  return fail(Error(ErrorCode::invalid_request, std::move(message)).param(std::string(param)));
}

}  // namespace

Result<void> check_new_password(const Secret& password, std::string_view username) {
  const std::string& text = password.reveal();
  if (characters(text) < kPasswordMinChars) return refused("password", "a password needs 8 characters or more");
  if (text.size() > crypto::kPasswordMaxBytes) return refused("password", "a password may have 72 bytes at most");
  if (std::ranges::any_of(text, is_control)) return refused("password", "a password may not hold control characters");
  if (iequals(text, username)) return refused("password", "a password may not be the user name");
  if (std::ranges::any_of(kTooCommon, [&](std::string_view common) { return iequals(common, text); })) {
    return refused("password", "this password is among those that are tried first; choose another");
  }
  return {};
}

Result<void> check_username(std::string_view username, std::size_t max_chars) {
  if (username.empty()) return refused("username", "a user name is needed");
  if (username.size() > max_chars * 4 || characters(username) > max_chars) {
    return refused("username", "a user name may have " + std::to_string(max_chars) + " characters at most");
  }
  if (trim(username).size() != username.size())
    return refused("username", "a user name may not begin or end with a blank");
  if (std::ranges::any_of(username, is_control))
    return refused("username", "a user name may not hold control characters");
  return {};
}

}  // namespace tollgate::identity
