#pragma once

#include <string>
#include <utility>

#include "base/error.h"

/// What a provider's answer may be instead of one. The reason is for the log.
namespace tollgate::llm {

[[nodiscard]] inline Error not_its_api(std::string why) {
  return Error(ErrorCode::upstream_bad_answer, "the provider gave an answer that is not its API's")
      .detail(std::move(why));
}
[[nodiscard]] inline Error stream_not_its_api(std::string why) {
  return Error(ErrorCode::upstream_bad_answer, "the provider's stream is not its API's").detail(std::move(why));
}
[[nodiscard]] inline Error stream_cut_short(std::string why) {
  return Error(ErrorCode::upstream_stream_broken, "the provider's stream ended before the answer was complete")
      .detail(std::move(why));
}

}  // namespace tollgate::llm
