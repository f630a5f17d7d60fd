#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/scan.h"
#include "json/splice.h"
#include "json/value.h"
#include "llm/chat.h"
#include "llm/conversion.h"
#include "llm/dialect.h"
#include "llm/operation.h"
#include "llm/plan.h"

namespace tollgate::relay {

/// What the client sent, with the trees that attempts may need; each is built once and only when asked for.
/// The body must outlive this object and everything prepared from it.
class ClientBody {
 public:
  /// @param body  Followed by at least json::kScanPadding readable bytes.
  ClientBody(const llm::Dialect& dialect, llm::Operation operation, std::string_view body, json::Envelope envelope)
      : dialect_(&dialect), operation_(operation), body_(body), envelope_(std::move(envelope)) {}

  [[nodiscard]] const llm::Dialect& dialect() const { return *dialect_; }
  [[nodiscard]] llm::Operation operation() const { return operation_; }
  [[nodiscard]] std::string_view bytes() const { return body_; }
  [[nodiscard]] const json::Envelope& envelope() const { return envelope_; }

  /// Errors: invalid_json.
  [[nodiscard]] Result<const json::object*> tree();
  /// Errors: invalid_json, invalid_request (with the path).
  [[nodiscard]] Result<const llm::ChatRequest*> chat();

 private:
  const llm::Dialect* dialect_;
  llm::Operation operation_;
  std::string_view body_;
  json::Envelope envelope_;
  std::optional<json::object> tree_;
  std::optional<llm::ChatRequest> chat_;
};

/// Edits a request's tree in place as the channel wants it: defaults, overrides, removals.
class TreeEditor {
 public:
  virtual ~TreeEditor() = default;
  virtual void edit(json::object& body) const = 0;
};

/// What one attempt wants of its request.
struct UpstreamWishes {
  std::span<const llm::Dialect* const> dialects;  ///< most native first
  std::string_view model;                         ///< the name upstream
  bool rename = false;                            ///< `model` differs from what the client wrote
  bool usage_option = true;                       ///< the upstream understands stream_options.include_usage
  const TreeEditor* client_parameters = nullptr;  ///< changes of the client's body; nullptr: none
  const TreeEditor* parameters = nullptr;         ///< changes of the body that is sent; nullptr: none
  void (*adjust)(json::object&) = nullptr;        ///< where the provider departs from its first dialect
  llm::ModelArgument argument;                    ///< what stood behind the model's name
  std::string_view system_prompt;                 ///< empty: none
  bool system_prompt_only_if_absent = false;
};

/// One attempt's request body, ready to be sent, and what its answer will be read with.
struct UpstreamBody {
  llm::Plan plan;
  std::vector<std::string_view> pieces;  ///< into the client's body, `edits` and `text`
  std::size_t size = 0;
  bool keep_usage = false;  ///< the client asked for usage in its stream
  std::vector<json::Edit> edits;
  std::string text;                             ///< patch and convert: the whole body
  std::unique_ptr<llm::Conversion> conversion;  ///< convert only
};

/// Plans and renders. Pure: the caller fills what a conversion must know of ids, time and the upstream's facts by
/// `conversion_base`.
/// `out` is reused between requests: its vectors keep their capacity.
/// Errors: invalid_request, invalid_json, not_supported, unsupported_parameter.
[[nodiscard]] Result<void> prepare_upstream_body(ClientBody& client, const UpstreamWishes& wishes,
                                                 const llm::Conversion& conversion_base, UpstreamBody& out);

}  // namespace tollgate::relay
