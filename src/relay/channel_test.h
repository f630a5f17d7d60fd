#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/catalog.h"
#include "config/settings.h"
#include "llm/ids.h"
#include "net/cancel.h"
#include "net/task.h"

/// Calls that the operator makes to one channel, whatever its status: they are not admitted, booked or logged, and
/// nobody is charged.
namespace tollgate::relay {

class WorkerRelay;

/// What a model is tested with, told by its name: `embed` or `bge` in it means embeddings, else chat.
/// Errors: not_supported for kinds that no small question tests (speech, images, reranking, ...).
[[nodiscard]] Result<llm::Operation> test_operation(std::string_view model);

/// The model that a channel is tested with when none is named: its own choice, else the first plain name it serves,
/// else the provider's own. Empty if there is none.
/// @param models  The channel's comma list.
[[nodiscard]] std::string test_model_of(const catalog::Channel& channel, std::string_view models);

/// The request as it would be sent to the channel: mapped, converted, with the channel's overrides.
/// Errors: not_supported, invalid_request.
struct TestRequest {
  llm::Operation operation = llm::Operation::chat;
  const llm::Dialect* dialect = nullptr;
  std::string upstream_model;
  std::string body;
};
[[nodiscard]] Result<TestRequest> make_test_request(const catalog::Channel& channel, std::string_view model,
                                                    std::string_view prompt);

struct ChannelTestOutcome {
  std::int64_t latency_ms = 0;   ///< to the answer's last byte
  std::string upstream_model;    ///< what was sent
  std::optional<Error> failure;  ///< its message and detail hold no secret
};

/// Asks the channel the setting test_prompt and waits for the answer, a minute at most. Tries the first of its keys
/// that is not switched off. Not counted by health cells: what follows from the outcome is the caller's to decide.
/// @param channel, settings, signal  Outlive the call.
[[nodiscard]] net::Task<ChannelTestOutcome> test_channel(WorkerRelay& relay, const catalog::Channel& channel,
                                                         const config::Settings& settings, std::string model,
                                                         net::CancelSignal& signal);

/// The upstream's own list of models, each once, in its order.
/// @param path  providers::models_path of the channel.
/// Errors: upstream_*; upstream_bad_answer if the answer is no list.
[[nodiscard]] net::Task<Result<std::vector<std::string>>> fetch_models(WorkerRelay& relay,
                                                                       const catalog::Channel& channel,
                                                                       const config::Settings& settings,
                                                                       std::string path, net::CancelSignal& signal);

}  // namespace tollgate::relay
