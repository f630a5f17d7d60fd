#include <utility>

#include "base/strings.h"
#include "config/settings.h"
#include "http/message.h"
#include "llm/operation.h"
#include "relay/caller.h"
#include "relay/client_address.h"
#include "relay/relay_call.h"

namespace tollgate::relay {
namespace {

void measure(std::string_view body, CallShape& shape) {
  shape.prompt = json::measure_prompt(body);
  shape.may_write_cache = body.find("\"cache_control\"") != std::string_view::npos;
}

}  // namespace

net::Task<Result<void>> RelayCall::identify() {
  auto caller = co_await identify_caller(relay_, exchange_, route_.credentials);
  if (!caller) co_return std::unexpected(std::move(caller.error()));
  take_caller(std::move(*caller));
  co_return Result<void>{};
}

void RelayCall::take_caller(Caller caller) {
  caller_ = std::move(caller.facts);
  pin_ = caller.pin;
  facts_.client_ip = mapped_bytes(caller.address);
}

net::Task<Result<void>> RelayCall::admit() {
  const catalog::Catalog& catalog = *admission_->catalog;
  const auto rate = catalog::take_rate(catalog, *caller_, relay_.worker.now_ns());
  if (!rate) co_return std::unexpected(rate.error());
  if (!rate->allowed) co_return fail(catalog::rate_error(*rate));
  auto slots = catalog::take_slots(catalog, *caller_);
  if (!slots) co_return std::unexpected(std::move(slots.error()));
  slots_ = std::move(*slots);
  if (auto read = co_await read_envelope(); !read) co_return read;
  co_return choose_groups();
}

net::Task<Result<void>> RelayCall::read_envelope() {
  if (const std::string_view encoding = exchange_.head().headers.get("content-encoding");
      !given_body_ && !encoding.empty() && !iequals(encoding, "identity")) {
    co_return fail(Error(ErrorCode::invalid_request,
                         "the request body must not be compressed (Content-Encoding: " + std::string(encoding) + ")")
                       .http(415));
  }
  const auto body = given_body_ ? Result<std::string_view>(*given_body_)
                                : co_await exchange_.read_body(static_cast<std::size_t>(settings().max_body_bytes));
  if (!body) co_return std::unexpected(body.error());
  const auto scan = [&] {
    measure(*body, shape_);
    return json::scan_envelope(*body);
  };
  Result<json::Envelope> envelope =
      body->size() <= kWorkOnLoopBytes
          ? scan()
          : co_await relay_.services.offload.run([&](net::NoContext&) { return scan(); }, Deadline::never());
  if (!envelope) co_return std::unexpected(std::move(envelope.error()));

  const llm::OperationTraits& traits = llm::traits_of(route_.operation);
  // Old clients name the model in the address; it counts, whatever the body says.
  const std::string_view in_path = exchange_.params().get("model");
  if (!in_path.empty()) {
    auto named = http::percent_decode(in_path, false);
    if (!named) co_return fail(Error(ErrorCode::invalid_request, "the model's name in the address is malformed"));
    envelope->model = std::move(*named);
  } else if (!envelope->has_model && !traits.default_model.empty()) {
    envelope->model = traits.default_model;
  }
  if (auto complete = llm::check_required(route_.operation, *envelope); !complete) co_return complete;

  shape_.stream = stream_ = traits.streams && envelope->stream;
  if (traits.generates) {
    const auto declared = envelope->max_completion_tokens ? envelope->max_completion_tokens
                          : envelope->max_tokens          ? envelope->max_tokens
                                                          : envelope->max_output_tokens;
    shape_.output = output_limit(declared, envelope->n, settings().default_output_tokens);
    shape_.choices = envelope->n.value_or(1);
  }

  const std::string_view base = catalog::base_model(envelope->model);
  admission_->model = base;
  admission_->renamed = base.size() != envelope->model.size() || !envelope->has_model || !in_path.empty();
  admission_->argument = {};
  if (route_.operation == llm::Operation::chat) {
    const auto argument = llm::parse_model_argument(std::string_view(envelope->model).substr(base.size()));
    if (!argument) co_return std::unexpected(argument.error());
    admission_->argument = *argument;
  }
  model_name_ = relay_.books.name(admission_->model);
  model_text_ = relay_.services.ledger.names().text_of(model_name_);
  facts_.model = model_name_;
  facts_.stream = stream_;
  admission_->body.emplace(*route_.dialect, route_.operation, *body, std::move(*envelope));
  co_return Result<void>{};
}

Result<void> RelayCall::choose_groups() {
  const catalog::Catalog& catalog = *admission_->catalog;
  if (auto allowed = catalog::check_model(*caller_, admission_->model); !allowed) return allowed;
  const auto groups = catalog::resolve_groups(catalog, *caller_);
  if (!groups) return std::unexpected(groups.error());
  admission_->chooser.emplace(catalog, *groups,
                              catalog::Wanted{.model = admission_->model,
                                              .operation = route_.operation,
                                              .streams = stream_,
                                              .has_tools = admission_->body->envelope().has_tools,
                                              .pin = pin_});
  return {};
}

}  // namespace tollgate::relay
