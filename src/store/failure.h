#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/error.h"

namespace soci {
class soci_error;
}

namespace tollgate::store {

class Session;

/// A text that no engine may be given. Its message is for the caller.
class RefusedText : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What an exception of SOCI means.
struct Failure {
  ErrorCode code;
  std::string_view message;  ///< for the caller
  std::string text;          ///< for the log: the engine's words, without any bound value
  bool lost = false;         ///< the connection is gone
};

[[nodiscard]] Failure classify(const soci::soci_error& e, Session& session);
/// The engine's words without bound values.
[[nodiscard]] std::string failure_text(const soci::soci_error& e);

}  // namespace tollgate::store
