#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tollgate::console {

/// The console's one page, with what differs between answers left open: the nonce of its policy, and the path below
/// which the gateway is published. Immutable.
class Shell {
 public:
  /// @param html  With `__TOLLGATE_BASE__` and `__TOLLGATE_NONCE__`, any number of times.
  /// @param base  `/`, or `/gateway/`: no character that HTML would read otherwise.
  Shell(std::string_view html, std::string_view base);

  [[nodiscard]] std::string render(std::string_view nonce) const;

 private:
  std::vector<std::string> pieces_;  ///< the nonce goes between them
};

/// What the page may do: run and load what is this origin's own, and nothing inline but the styles that know the nonce.
[[nodiscard]] std::string policy(std::string_view nonce);

}  // namespace tollgate::console
