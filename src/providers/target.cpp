#include "providers/target.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "json/scan.h"
#include "llm/operation.h"

namespace tollgate::providers {
namespace {

constexpr std::size_t kLongestModel = 256;

/// Behind the scheme and authority of a URL; empty if there is no path.
std::string_view path_of_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  std::string_view path = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

bool is_ai_gateway(std::string_view base_url) { return base_url.starts_with("https://gateway.ai.cloudflare.com/"); }

/// `/v1`, `/v4`, `/v1beta`: the segment that states a version.
bool is_version(std::string_view segment) {
  if (segment.size() < 3 || segment[0] != '/' || segment[1] != 'v') return false;
  if (segment[2] < '0' || segment[2] > '9') return false;
  return segment.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz", 2) == std::string_view::npos;
}

std::string_view first_segment(std::string_view path) { return path.substr(0, path.find('/', 1)); }

std::string_view last_segment(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(slash);
}

/// `path` behind the base URL's path, what stands in both taken once.
std::string join(std::string_view base_url, std::string_view path) {
  const std::string_view base = path_of_url(base_url);
  std::size_t shared = 0;
  for (std::size_t end = path.size(); end > 0; end = path.rfind('/', end - 1)) {
    if (end != path.size() && path[end] != '/') break;
    if (base.ends_with(path.substr(0, end))) {
      shared = end;
      break;
    }
    if (end == 0) break;
  }
  // Another version than the dialect's, or a gateway whose segment implies it.
  if (shared == 0 && is_version(first_segment(path)) && (is_version(last_segment(base)) || is_ai_gateway(base_url))) {
    shared = first_segment(path).size();
  }
  std::string out(base);
  out += path.substr(shared);
  return out;
}

/// What the dialect itself calls its operations; empty: it has none such.
std::string_view path_of_dialect(DialectId dialect, Operation operation) {
  switch (dialect) {
    case DialectId::openai_chat:
      switch (operation) {
        case Operation::chat:
          return "/chat/completions";
        case Operation::completions:
          return "/completions";
        case Operation::embeddings:
          return "/embeddings";
        case Operation::moderations:
          return "/moderations";
        case Operation::count_tokens:
          return {};
      }
      break;
    case DialectId::claude:
      switch (operation) {
        case Operation::chat:
          return "/v1/messages";
        case Operation::count_tokens:
          return "/v1/messages/count_tokens";
        case Operation::completions:
        case Operation::embeddings:
        case Operation::moderations:
          return {};
      }
      break;
  }
  return {};
}

/// OpenAI's paths begin with the provider's version; every other dialect's are whole.
std::string versioned(const ProviderDescriptor& provider, DialectId dialect, std::string_view path) {
  std::string out;
  if (dialect == DialectId::openai_chat) out = provider.version;
  out += path;
  return out;
}

bool speaks(const ProviderDescriptor& provider, DialectId dialect) {
  return std::find(provider.dialects.begin(), provider.dialects.end(), dialect) != provider.dialects.end();
}

/// The path before the base URL is put in front; empty if there is none.
std::string own_path(const ProviderDescriptor& provider, DialectId dialect, Operation operation) {
  if (!speaks(provider, dialect) || !has(provider.operations, operation)) return {};
  for (const PathRow& row : provider.paths) {
    if (row.dialect == dialect && row.operation == operation) return std::string(row.path);
  }
  const std::string_view path = path_of_dialect(dialect, operation);
  return path.empty() ? std::string() : versioned(provider, dialect, path);
}

Error not_offered(const ProviderDescriptor& provider, Operation operation) {
  return Error(ErrorCode::not_supported,
               fmt::format("{} does not offer {}", provider.title, llm::traits_of(operation).name));
}

Auth auth_of(const ProviderDescriptor& provider, DialectId dialect) {
  for (const DialectAuth& row : provider.dialect_auth) {
    if (row.dialect == dialect) return row.auth;
  }
  return provider.auth;
}

/// Visible ASCII and blanks inside: anything else could end the field or start another.
bool fits_header(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string_view option_text(const ChannelFacts& channel, const OptionField& field) {
  if (field.name == kOtherField) return channel.other;
  return channel.options != nullptr ? json::find_string(*channel.options, field.name) : std::string_view();
}

constexpr std::array<std::string_view, 6> kKindNames{"text", "secret", "integer", "boolean", "choice", "map"};

bool has_kind(const json::value& value, const OptionField& field) {
  switch (field.kind) {
    case OptionField::Kind::text:
    case OptionField::Kind::secret:
      return value.is_string();
    case OptionField::Kind::integer:
      return value.is_int64();
    case OptionField::Kind::boolean:
      return value.is_bool();
    case OptionField::Kind::choice:
      return value.is_string() && std::find(field.choices.begin(), field.choices.end(),
                                            json::view(value.get_string())) != field.choices.end();
    case OptionField::Kind::map: {
      const json::object* map = value.if_object();
      return map != nullptr &&
             std::all_of(map->begin(), map->end(), [](const auto& member) { return member.value().is_string(); });
    }
  }
  return false;
}

Error wrong_option(std::string_view name, std::string what) {
  return Error(ErrorCode::invalid_request, fmt::format("options.{} {}", name, what))
      .param(fmt::format("options.{}", name));
}

std::string wanted(const OptionField& field) {
  switch (field.kind) {
    case OptionField::Kind::text:
    case OptionField::Kind::secret:
      return "must be a string";
    case OptionField::Kind::integer:
      return "must be an integer";
    case OptionField::Kind::boolean:
      return "must be a boolean";
    case OptionField::Kind::choice:
      return fmt::format("must be one of {}", fmt::join(field.choices, ", "));
    case OptionField::Kind::map:
      return "must be an object of strings";
  }
  return "is malformed";
}

json::string text(std::string_view from) { return json::string(from.data(), from.size()); }

}  // namespace

Operations operations_of(const ProviderDescriptor& provider, const ChannelFacts& channel) {
  Operations out = 0;
  for (const llm::OperationTraits& row : llm::kOperations) {
    const bool offered = std::any_of(provider.dialects.begin(), provider.dialects.end(), [&](DialectId dialect) {
      return request_path(provider, channel, dialect, row.operation).has_value();
    });
    if (offered) out |= bit(row.operation);
  }
  return out;
}

Result<std::string> request_path(const ProviderDescriptor& provider, const ChannelFacts& channel, DialectId dialect,
                                 Operation operation) {
  const std::string path = own_path(provider, dialect, operation);
  if (path.empty()) return fail(not_offered(provider, operation));
  if (provider.path_of_channel != nullptr) {
    if (const std::optional<std::string> set = provider.path_of_channel(channel, operation)) {
      if (set->empty()) {
        return fail(ErrorCode::not_supported,
                    fmt::format("{} is switched off on this channel", llm::traits_of(operation).name));
      }
      return std::string(path_of_url(channel.base_url)) + *set;
    }
  }
  return join(channel.base_url, path);
}

Result<std::string> models_path(const ProviderDescriptor& provider, const ChannelFacts& channel) {
  if (!has(provider.capabilities, Capability::models) || provider.dialects.empty()) {
    return fail(ErrorCode::not_supported, fmt::format("{} does not list its models", provider.title));
  }
  if (!provider.models_path.empty()) return join(channel.base_url, provider.models_path);
  const DialectId dialect = provider.dialects.front();
  return join(channel.base_url,
              dialect == DialectId::claude ? "/v1/models?limit=1000" : versioned(provider, dialect, "/models"));
}

bool needs_model(std::string_view path) { return path.find("{model}") != std::string_view::npos; }

std::string escape_segment(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || c == ':' || c == '@';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

Result<std::string> path_for_model(std::string_view path, std::string_view model) {
  constexpr std::string_view kPlace = "{model}";
  std::size_t at = path.find(kPlace);
  if (at == std::string_view::npos) return std::string(path);
  const bool controls =
      std::any_of(model.begin(), model.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (model.empty() || model == "." || model == ".." || model.size() > kLongestModel || controls) {
    return fail(
        Error(ErrorCode::invalid_request, "the model's name cannot be part of the provider's address").param("model"));
  }
  const std::string escaped = escape_segment(model);
  std::string out;
  std::size_t done = 0;
  for (; at != std::string_view::npos; at = path.find(kPlace, done)) {
    out += path.substr(done, at - done);
    out += escaped;
    done = at + kPlace.size();
  }
  out += path.substr(done);
  return out;
}

Result<RequestHeaders> request_headers(const ProviderDescriptor& provider, const ChannelFacts& channel,
                                       DialectId dialect, std::string_view key) {
  key = trim(key);
  if (!fits_header(key)) {
    return fail(ErrorCode::channel_not_usable, "the channel's key has characters that no key has");
  }
  RequestHeaders out;
  switch (auth_of(provider, dialect)) {
    case Auth::none:
      break;
    case Auth::bearer:
      if (!key.empty()) out.fixed.emplace_back("Authorization", Secret("Bearer " + std::string(key)));
      break;
    case Auth::x_api_key:
      if (!key.empty()) out.fixed.emplace_back("x-api-key", Secret(key));
      break;
    case Auth::api_key:
      if (!key.empty()) out.fixed.emplace_back("api-key", Secret(key));
      break;
  }
  for (const HeaderRow& row : provider.headers) {
    if (row.replaceable) {
      out.replaceable.emplace_back(row.name, row.value);
    } else {
      out.fixed.emplace_back(row.name, Secret(row.value));
    }
  }
  if (dialect == DialectId::claude) out.replaceable.emplace_back("anthropic-version", "2023-06-01");

  const auto add = [&](std::string_view name, std::string_view value) -> bool {
    if (!fits_header(value)) return false;
    if (!value.empty()) out.fixed.emplace_back(name, Secret(value));
    return true;
  };
  for (const OptionField& field : provider.options) {
    bool good = true;
    if (!field.header.empty()) {
      good = add(field.header, trim(option_text(channel, field)));
    } else if (field.kind == OptionField::Kind::map && field.name == "headers") {
      for (const json::object* from : {channel.plugin, channel.options}) {
        const json::object* map = from != nullptr ? json::find_object(*from, "headers") : nullptr;
        if (map == nullptr) continue;
        for (const auto& member : *map) {
          if (const json::string* value = member.value().if_string()) {
            good = good && add({member.key().data(), member.key().size()}, trim(json::view(*value)));
          }
        }
      }
    }
    if (!good) {
      return fail(ErrorCode::channel_not_usable,
                  fmt::format("options.{} has characters that cannot be sent in a header field", field.name));
    }
  }
  return out;
}

llm::UpstreamFacts facts_for(const ProviderDescriptor& provider, std::string_view model) {
  llm::UpstreamFacts facts = provider.facts;
  if (provider.facts_of_model != nullptr) provider.facts_of_model(model, facts);
  return facts;
}

bool needs_adjusting(const ProviderDescriptor& provider, std::string_view body) {
  if (provider.adjust == nullptr) return false;
  std::array<json::WantedMember, 32> members;
  const std::size_t count = provider.adjust_when.size();
  if (count == 0 || count > members.size()) return true;
  for (std::size_t i = 0; i < count; ++i) members[i].key = provider.adjust_when[i];
  if (!json::find_members(body, members.data(), count)) return false;
  return std::any_of(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const json::WantedMember& member) { return static_cast<bool>(member.value); });
}

Result<void> check_options(const ProviderDescriptor& provider, const json::object& options) {
  const auto field_of = [&](std::string_view name) -> const OptionField* {
    for (const OptionField& field : provider.options) {
      if (field.name == name && name != kOtherField) return &field;
    }
    return nullptr;
  };
  for (const auto& member : options) {
    const std::string_view name(member.key().data(), member.key().size());
    const OptionField* field = field_of(name);
    if (field == nullptr) {
      std::vector<std::string_view> names;
      for (const OptionField& known : provider.options) names.push_back(known.name);
      const std::string_view meant = nearest(name, names);
      return fail(wrong_option(
          name, meant.empty() ? fmt::format("is not an option of {}", provider.title)
                              : fmt::format("is not an option of {}; did you mean {}?", provider.title, meant)));
    }
    if (member.value().is_null()) continue;
    if (!has_kind(member.value(), *field)) return fail(wrong_option(name, wanted(*field)));
    const json::string* given = member.value().if_string();
    if (given != nullptr && !field->header.empty() && !fits_header(json::view(*given))) {
      return fail(wrong_option(name, "has characters that cannot be sent in a header field"));
    }
  }
  for (const OptionField& field : provider.options) {
    if (field.required && field.name != kOtherField && json::find(options, field.name) == nullptr) {
      return fail(wrong_option(field.name, "is required"));
    }
  }
  return {};
}

json::array options_schema(const ProviderDescriptor& provider) {
  json::array out;
  for (const OptionField& field : provider.options) {
    json::object row{{"name", text(field.name)},
                     {"title", text(field.title)},
                     {"help", text(field.help)},
                     {"type", text(kKindNames[static_cast<std::size_t>(field.kind)])},
                     {"required", field.required}};
    if (!field.default_value.empty()) {
      if (auto value = json::parse(field.default_value)) row["default"] = std::move(*value);
    }
    if (!field.choices.empty()) {
      json::array choices;
      for (const std::string_view choice : field.choices) choices.emplace_back(text(choice));
      row["choices"] = std::move(choices);
    }
    out.push_back(std::move(row));
  }
  return out;
}

json::object describe(const ProviderDescriptor& provider) {
  json::array dialects, operations, models;
  for (const DialectId dialect : provider.dialects) {
    dialects.emplace_back(dialect == DialectId::claude ? "claude" : "openai_chat");
  }
  for (const llm::OperationTraits& row : llm::kOperations) {
    if (has(provider.operations, row.operation)) operations.emplace_back(text(row.name));
  }
  for (const std::string_view model : provider.models) models.emplace_back(text(model));
  return {{"number", provider.number},
          {"slug", text(provider.slug)},
          {"title", text(provider.title)},
          {"site", text(provider.site)},
          {"base_url", text(provider.default_base_url)},
          {"base_url_required", provider.default_base_url.empty() && provider.local == nullptr},
          {"key_required", provider.auth != Auth::none},
          {"local", provider.local != nullptr},
          {"dialects", std::move(dialects)},
          {"operations", std::move(operations)},
          {"lists_models", has(provider.capabilities, Capability::models)},
          {"models", std::move(models)},
          {"options", options_schema(provider)}};
}

}  // namespace tollgate::providers
