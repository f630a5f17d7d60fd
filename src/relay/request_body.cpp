#include "relay/request_body.h"

#include <utility>

namespace tollgate::relay {
namespace {

bool usage_is_an_option(const llm::Dialect& dialect, llm::Operation operation) {
  return dialect.usage_on_request && llm::traits_of(operation).streams;
}

void whole_text(UpstreamBody& out) {
  out.pieces.assign(1, std::string_view(out.text));
  out.size = out.text.size();
}

/// The provider's and the channel's changes of the body about to be sent.
void edit_sent(const UpstreamWishes& wishes, const llm::Dialect& upstream, json::object& body) {
  if (wishes.adjust != nullptr && &upstream == wishes.dialects.front()) wishes.adjust(body);
  if (wishes.parameters != nullptr) wishes.parameters->edit(body);
  body["model"] = wishes.model;
}

void ask_usage_in_tree(json::object& body, bool stream, bool usage_option) {
  if (!stream || !usage_option) {
    body.erase("stream_options");
    return;
  }
  json::value& options = body["stream_options"];
  if (!options.is_object()) options = json::object();
  options.as_object()["include_usage"] = true;
}

Result<void> prepare_bytes(ClientBody& client, const UpstreamWishes& wishes, UpstreamBody& out) {
  const json::Envelope& envelope = client.envelope();
  if (wishes.rename) out.edits.push_back(json::set_model(envelope, wishes.model));
  if (usage_is_an_option(client.dialect(), client.operation())) {
    if (envelope.stream && wishes.usage_option) {
      json::ask_usage(client.bytes(), envelope, out.edits);
    } else {
      json::remove_member(envelope.stream_options, out.edits);
    }
  }
  json::splice(client.bytes(), out.edits, out.pieces);
  out.size = json::spliced_size(client.bytes(), out.edits);
  return {};
}

Result<void> prepare_patch(ClientBody& client, const UpstreamWishes& wishes, const llm::UpstreamFacts& facts,
                           UpstreamBody& out) {
  const auto tree = client.tree();
  if (!tree) return std::unexpected(tree.error());
  json::object body = **tree;
  if (!wishes.system_prompt.empty() && client.operation() == llm::Operation::chat) {
    client.dialect().add_system_prompt(body, wishes.system_prompt, wishes.system_prompt_only_if_absent);
  }
  if (wishes.client_parameters) wishes.client_parameters->edit(body);
  if (auto said = out.plan.upstream->apply_argument(body, wishes.argument, facts); !said) return said;
  edit_sent(wishes, *out.plan.upstream, body);
  if (usage_is_an_option(client.dialect(), client.operation())) {
    ask_usage_in_tree(body, client.envelope().stream, wishes.usage_option);
  }
  json::serialize_to(body, out.text);
  whole_text(out);
  return {};
}

/// The request as the channel wants its client's body to be, parsed.
Result<llm::ChatRequest> edited_chat(ClientBody& client, const TreeEditor& editor) {
  const auto tree = client.tree();
  if (!tree) return std::unexpected(tree.error());
  json::object body = **tree;
  editor.edit(body);
  return client.dialect().parse_request(body);
}

Result<void> prepare_conversion(ClientBody& client, const UpstreamWishes& wishes, const llm::Conversion& base,
                                UpstreamBody& out) {
  std::optional<llm::ChatRequest> edited;
  if (wishes.client_parameters) {
    auto parsed = edited_chat(client, *wishes.client_parameters);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    edited = std::move(*parsed);
  }
  const auto chat = edited ? Result<const llm::ChatRequest*>(&*edited) : client.chat();
  if (!chat) return std::unexpected(chat.error());
  out.conversion = std::make_unique<llm::Conversion>(base);
  llm::Conversion& conversion = *out.conversion;
  conversion.client = client.dialect().id;
  conversion.upstream = out.plan.upstream->id;
  conversion.upstream_model = wishes.model;
  conversion.argument = wishes.argument;
  conversion.stream = client.envelope().stream;
  conversion.include_usage = (*chat)->include_usage;
  auto body = out.plan.upstream->render_request(**chat, conversion);
  if (!body) return std::unexpected(std::move(body.error()));
  if (!wishes.system_prompt.empty()) {
    out.plan.upstream->add_system_prompt(*body, wishes.system_prompt, wishes.system_prompt_only_if_absent);
  }
  edit_sent(wishes, *out.plan.upstream, *body);
  json::serialize_to(*body, out.text);
  whole_text(out);
  return {};
}

}  // namespace

Result<const json::object*> ClientBody::tree() {
  if (!tree_) {
    auto parsed = json::parse_object(body_);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    tree_ = std::move(*parsed);
  }
  return &*tree_;
}

Result<const llm::ChatRequest*> ClientBody::chat() {
  if (!chat_) {
    const auto body = tree();
    if (!body) return std::unexpected(body.error());
    auto parsed = dialect_->parse_request(**body);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    chat_ = std::move(*parsed);
  }
  return &*chat_;
}

Result<void> prepare_upstream_body(ClientBody& client, const UpstreamWishes& wishes,
                                   const llm::Conversion& conversion_base, UpstreamBody& out) {
  out.pieces.clear();
  out.edits.clear();
  out.text.clear();
  out.conversion.reset();
  out.keep_usage = client.envelope().asks_usage;

  const llm::Edits edits{
      .model = wishes.rename,
      .stream_options = usage_is_an_option(client.dialect(), client.operation()),
      .system_prompt = !wishes.system_prompt.empty() && client.operation() == llm::Operation::chat,
      .parameters = wishes.parameters != nullptr || wishes.client_parameters != nullptr || !wishes.argument.empty() ||
                    (wishes.adjust != nullptr && &client.dialect() == wishes.dialects.front()),
  };
  llm::Features features;
  if (client.operation() == llm::Operation::chat && llm::needs_conversion(client.dialect().id, wishes.dialects)) {
    const auto chat = client.chat();
    if (!chat) return std::unexpected(chat.error());
    features = (*chat)->features;
  }
  const auto plan = llm::plan(client.dialect().id, wishes.dialects, client.operation(), edits, features);
  if (!plan) return std::unexpected(plan.error());
  out.plan = *plan;
  switch (plan->mode) {
    case llm::Mode::bytes:
      return prepare_bytes(client, wishes, out);
    case llm::Mode::patch:
      return prepare_patch(client, wishes, conversion_base.facts, out);
    case llm::Mode::convert:
      return prepare_conversion(client, wishes, conversion_base, out);
  }
  return fail(ErrorCode::internal, "unknown plan");
}

}  // namespace tollgate::relay
