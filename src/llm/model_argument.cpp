#include "llm/model_argument.h"

#include <algorithm>
#include <string>

namespace tollgate::llm {
namespace {

constexpr std::string_view kEfforts[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};

}  // namespace

Result<ModelArgument> parse_model_argument(std::string_view text) {
  ModelArgument out;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find('#'));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const auto* const effort = std::find(std::begin(kEfforts), std::end(kEfforts), word);
    if (effort != std::end(kEfforts)) {
      out.effort = *effort;
    } else if (word == "thinking") {
      out.thinking = true;
    } else if (word == "search") {
      out.search = true;
    } else if (!word.empty()) {
      return fail(Error(ErrorCode::invalid_request,
                        "the model's argument '#" + std::string(word) +
                            "' is unknown; there are #thinking, #search and an effort: #none, #minimal, #low, "
                            "#medium, #high, #xhigh, #max")
                      .param("model"));
    }
  }
  return out;
}

Error no_search() {
  return Error(ErrorCode::unsupported_parameter, "this model's provider does not search the web: leave #search out")
      .param("model");
}

}  // namespace tollgate::llm
