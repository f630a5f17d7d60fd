#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/scan.h"
#include "llm/dialect.h"
#include "llm/sse.h"
#include "llm/stream.h"
#include "llm/usage.h"

namespace tollgate::relay {

/// What one helping of upstream bytes becomes for the client. The views point into the bytes fed or into this object
/// and are good until the next feed.
struct Flow {
  std::vector<std::string_view> now;  ///< may leave at once
  std::string_view last;              ///< the stream's end: leaves only after the settlement

  void clear();
  /// Appends, joining what lies side by side in memory, so that a burst of events stays one piece.
  void add(std::string_view piece);
  /// The same for bytes that do not outlive the call.
  void add_copy(std::string_view bytes);
  void set_last_copy(std::string_view bytes);
  [[nodiscard]] bool empty() const { return now.empty() && last.empty(); }

 private:
  std::list<std::string> copies_;
};

/// Turns an upstream's stream into the client's, without I/O: the relay owns every read and write, and any cut of the
/// bytes gives the same stream.
class StreamPump {
 public:
  virtual ~StreamPump() = default;
  /// Takes upstream bytes, cut anywhere. `flow` is cleared first.
  virtual void feed(std::string_view bytes, Flow& flow) = 0;
  /// The upstream's body ended in good order. Afterwards either `ended()` or `failure()` holds.
  virtual void finish(Flow& flow) = 0;

  /// The stream reached its own end: `flow.last` holds the closing bytes.
  [[nodiscard]] bool ended() const { return ended_; }
  /// The stream broke or the upstream reported an error in it. Nothing of it was put into the flow.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  [[nodiscard]] const llm::Usage& usage() const { return usage_; }
  /// Bytes of text, reasoning and tool arguments handed over so far.
  [[nodiscard]] std::uint64_t delivered_bytes() const { return delivered_; }
  /// The upstream said why the answer, every choice of it, ended: only its usage may still be missing.
  [[nodiscard]] bool finish_seen() const { return finish_seen_; }

 protected:
  bool ended_ = false;
  bool finish_seen_ = false;
  std::optional<Error> failure_;
  llm::Usage usage_;
  std::uint64_t delivered_ = 0;
};

/// The same dialect on both sides: whole events go through byte for byte while a tap reads them.
/// @param keep_usage  The client asked for usage in its stream; otherwise an event that carries nothing else is kept
///                    back.
/// @param choices     How many answers the request asked for.
[[nodiscard]] std::unique_ptr<StreamPump> make_pass_pump(const llm::Dialect& dialect, llm::UsageReader read_usage,
                                                         bool keep_usage, std::int64_t choices = 1);

/// Through the neutral form. `conversion` must outlive the pump.
/// @param prompt  What is counted, and shown as usage, where the upstream says nothing of it.
[[nodiscard]] std::unique_ptr<StreamPump> make_convert_pump(const llm::Dialect& client, const llm::Dialect& upstream,
                                                            const llm::Conversion& conversion, json::PromptSize prompt);

}  // namespace tollgate::relay
