#include <utility>

#include "base/strings.h"
#include "catalog/overrides.h"
#include "config/settings.h"
#include "providers/target.h"
#include "relay/relay_call.h"
#include "relay/upstream_headers.h"

namespace tollgate::relay {
namespace {

/// How much of a failed answer is read to learn why.
constexpr std::size_t kFailureBytes = 64 * 1024;

class OverridesEditor final : public TreeEditor {
 public:
  OverridesEditor(const catalog::Overrides* overrides, std::string_view model) : overrides_(overrides), model_(model) {}
  void edit(json::object& body) const override { (void)overrides_->apply(body, model_); }
  [[nodiscard]] const TreeEditor* if_any() const { return overrides_ != nullptr ? this : nullptr; }

 private:
  const catalog::Overrides* overrides_;
  std::string_view model_;
};

http::CallDeadlines deadlines_of(const catalog::Channel& channel, const config::Settings& settings) {
  const auto own_or = [](std::int64_t own, std::int64_t general) { return own > 0 ? own : general; };
  const catalog::ChannelTimeouts& own = channel.timeouts;
  return {.connect_ms = own_or(own.connect_ms, settings.connect_timeout_ms),
          .tls_ms = own_or(own.tls_ms, settings.tls_timeout_ms),
          .first_byte_ms = own_or(own.first_byte_ms, settings.first_byte_timeout_ms),
          .between_bytes_ms = own_or(own.idle_ms, settings.between_bytes_timeout_ms),
          .total_ms = own_or(own.total_ms, settings.total_timeout_ms)};
}

bool is_event_stream(std::string_view content_type) { return icontains(content_type, "event-stream"); }

/// A document where a stream was asked for. An absent or odd type is given the benefit of the doubt.
bool is_document(std::string_view content_type) {
  return icontains(content_type, "json") || icontains(content_type, "html");
}

}  // namespace

net::Task<RelayCall::Outcome> RelayCall::attempt(catalog::Choice& choice) {
  auto prepared = rewrites_large_body(*choice.channel) ? co_await prepare_off_loop(choice) : prepare(choice);
  if (!prepared) co_return fail_attempt(std::move(prepared.error()));
  if (auto held = reserve(choice); !held) co_return fail_attempt(std::move(held.error()));
  if (heartbeat_) heartbeat_->begin();
  auto head = co_await send(choice);
  if (heartbeat_) co_await heartbeat_->stop();
  if (!head) co_return fail_attempt(std::move(head.error()));

  head->status = choice.channel->mapped_status(head->status);
  if (head->status < 200 || head->status > 299) co_return fail_attempt(co_await read_failure(choice, *head));
  if (head->encoded) {
    upstream_.close();
    co_return fail_attempt(
        Error(ErrorCode::upstream_bad_answer, "the provider compressed an answer that was to come as it is"));
  }
  if (stream_) {
    if (is_document(head->content_type)) co_return fail_attempt(co_await read_failure(choice, *head));
    co_return co_await answer_stream(choice);
  }
  if (is_event_stream(head->content_type)) {
    upstream_.close();
    co_return fail_attempt(
        Error(ErrorCode::upstream_bad_answer, "the provider answered with a stream where none was asked for"));
  }
  co_return co_await answer_plain(choice, *head);
}

/// A large body that is parsed and written anew would hold up every other call of this worker.
bool RelayCall::rewrites_large_body(const catalog::Channel& channel) const {
  if (admission_->body->bytes().size() <= kWorkOnLoopBytes) return false;
  return channel.overrides || !admission_->argument.empty() || !channel.system_prompt.empty() ||
         channel.provider->adjust != nullptr ||
         llm::needs_conversion(route_.dialect->id, channel.dialects_for(route_.operation));
}

net::Task<Result<void>> RelayCall::prepare_off_loop(const catalog::Choice& choice) {
  co_return co_await relay_.services.offload.run([&](net::NoContext&) { return prepare(choice); }, Deadline::never());
}

/// May run off the loop: it touches nothing of the worker's.
Result<void> RelayCall::prepare(const catalog::Choice& choice) {
  Admission& admission = *admission_;
  const catalog::Channel& channel = *choice.channel;
  const providers::ProviderDescriptor& provider = *channel.provider;
  admission.mapped = channel.mapping.map(admission.model, admission.mapped_name);
  const catalog::MappedModel& mapped = admission.mapped;
  const bool before = channel.overrides && channel.overrides->before_conversion();
  const catalog::Overrides* on_client =
      before && channel.overrides->touches(admission.model) ? channel.overrides.get() : nullptr;
  const catalog::Overrides* on_sent =
      !before && channel.overrides && channel.overrides->touches(mapped.upstream) ? channel.overrides.get() : nullptr;
  const bool adjusts = provider.adjust != nullptr && providers::needs_adjusting(provider, admission.body->bytes());
  const OverridesEditor client_editor(on_client, admission.model);
  const OverridesEditor sent_editor(on_sent, mapped.upstream);

  const llm::UpstreamFacts facts = providers::facts_for(provider, mapped.upstream);
  const UpstreamWishes wishes{
      .dialects = channel.dialects_for(route_.operation),
      .model = mapped.upstream,
      .rename = mapped.mapped || admission.renamed,
      .usage_option = facts.include_usage,
      .client_parameters = client_editor.if_any(),
      .parameters = sent_editor.if_any(),
      .adjust = adjusts ? provider.adjust : nullptr,
      .argument = admission.argument,
      .system_prompt = channel.system_prompt,
      .system_prompt_only_if_absent = channel.prompt_mode == catalog::PromptMode::only_if_absent};
  if (wishes.dialects.empty()) {
    return fail(ErrorCode::not_supported, "the channel's provider does not offer this kind of call");
  }
  llm::Conversion base;
  base.facts = facts;
  if (route_.operation == llm::Operation::chat && llm::needs_conversion(route_.dialect->id, wishes.dialects)) {
    base.shown_model = admission.model;
    base.fallback_id = id_.view();
    base.request_id = id_.view();
    base.now_unix_s = facts_.created_ms / 1000;
    base.estimated_input_tokens = meter({}, shape_.prompt, 0, true).usage.input_total();
    base.read_usage = provider.read_usage;
  }
  if (auto prepared = prepare_upstream_body(*admission.body, wishes, base, admission.upstream); !prepared) {
    return prepared;
  }
  upstream_dialect_ = admission.upstream.plan.upstream;
  mode_ = admission.upstream.plan.mode;
  read_usage_ = provider.read_usage != nullptr ? provider.read_usage : upstream_dialect_->read_usage;
  keep_usage_ = admission.upstream.keep_usage;
  return {};
}

Result<void> RelayCall::reserve(const catalog::Choice& choice) {
  const catalog::Catalog& catalog = *admission_->catalog;
  const catalog::MappedModel& mapped = admission_->mapped;
  const auto price = catalog.price_of(mapped, admission_->model);
  if (!price) return std::unexpected(price.error());
  const Decimal ratio = choice.group->ratio;
  const ledger::Bounds bounds = bounds_of(shape_, **price, ratio, settings().default_output_tokens);
  held_output_tokens_ = std::min(shape_.output.tokens, settings().default_output_tokens);

  facts_.channel = choice.channel->id;
  facts_.upstream_model = mapped.mapped ? relay_.books.name(mapped.upstream) : ledger::NameId::none;
  facts_.group = relay_.books.name(choice.group->symbol);
  facts_.backup_group = choice.backup_group;
  facts_.upstream_dialect = upstream_dialect_->id;
  facts_.mode = static_cast<std::uint8_t>(mode_);
  if (!reservation_.is_open()) {
    auto held = relay_.books.open(caller_->account, **price, ratio, bounds, facts_);
    if (!held) return std::unexpected(std::move(held.error()));
    reservation_ = std::move(*held);
    return {};
  }
  ledger::CallFacts& facts = reservation_.facts();
  facts.channel = facts_.channel;
  facts.group = facts_.group;
  facts.backup_group = facts_.backup_group;
  facts.upstream_model = facts_.upstream_model;
  facts.upstream_dialect = facts_.upstream_dialect;
  facts.mode = facts_.mode;
  return reservation_.reprice(**price, ratio, bounds);
}

net::Task<Result<AnswerHead>> RelayCall::send(const catalog::Choice& choice) {
  Admission& admission = *admission_;
  const catalog::Channel& channel = *choice.channel;
  const http::CallDeadlines deadlines = deadlines_of(channel, settings());
  if (channel.local()) {
    std::string body;
    body.reserve(admission.upstream.size);
    for (const std::string_view piece : admission.upstream.pieces) body.append(piece);
    co_return co_await upstream_.play(channel.provider->local({.dialect = upstream_dialect_->id,
                                                               .operation = route_.operation,
                                                               .body = body,
                                                               .now_unix_s = relay_.worker.now_unix_ms() / 1000,
                                                               .id = id_.view()}),
                                      deadlines);
  }
  const catalog::UpstreamPath* path = channel.path_for(upstream_dialect_->id, route_.operation);
  const catalog::UpstreamHeaders* own_headers = choice.key->headers_for(upstream_dialect_->id);
  if (path == nullptr || own_headers == nullptr || choice.key->endpoint == nullptr) {
    co_return fail(ErrorCode::channel_not_usable, "the channel does not offer this kind of call");
  }
  std::string_view target = path->path;
  if (path->needs_model) {
    auto filled = providers::path_for_model(path->path, admission.mapped.upstream);
    if (!filled) co_return std::unexpected(std::move(filled.error()));
    admission.path = std::move(*filled);
    target = admission.path;
  }
  const http::Headers* passed_on = mode_ == llm::Mode::convert ? nullptr : &exchange_.head().headers;
  const http::HeaderBlock& headers =
      upstream_headers(*own_headers, passed_on, channel.provider->forwarded_headers, admission.headers);
  endpoint_ = choice.key->endpoint;
  const http::OutgoingRequest request{.endpoint = endpoint_.get(),
                                      .method = http::Method::post,
                                      .target = target,
                                      .headers = &headers,
                                      .body = admission.upstream.pieces,
                                      .deadlines = deadlines};
  co_return co_await upstream_.send(request);
}

net::Task<Error> RelayCall::read_failure(const catalog::Choice& choice, const AnswerHead& head) {
  const int status = head.status;
  const bool document = status >= 200 && status <= 299;
  const auto retry_after_ms = head.retry_after_ms;
  const auto body = co_await upstream_.read_whole(kFailureBytes);
  // A status says enough, also where its body stalls or breaks off.
  if (!body && (document || body.error().blame() != Blame::channel)) co_return body.error();
  if (!body || !body->complete) upstream_.close();
  const std::string_view text = body && !head.encoded ? body->bytes : std::string_view();
  const providers::ProviderDescriptor& provider = *choice.channel->provider;
  std::optional<Error> known = provider.classify_error ? provider.classify_error(status, text) : std::nullopt;
  if (!known && document && !upstream_dialect_->tap_plain(text, read_usage_).is_error) {
    co_return Error(ErrorCode::upstream_bad_answer, "the provider answered a stream with a document")
        .detail(std::string(text.substr(0, 512)));
  }
  Error error = known ? std::move(*known) : upstream_dialect_->parse_error(status, text);
  if (retry_after_ms) error.retry_after_ms(*retry_after_ms);
  co_return error;
}

}  // namespace tollgate::relay
