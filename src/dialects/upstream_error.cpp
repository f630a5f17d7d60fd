#include "dialects/upstream_error.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "base/strings.h"
#include "json/value.h"

namespace tollgate::dialects {
namespace {

constexpr std::size_t kMaxPublicBytes = 1000;
constexpr std::size_t kMaxLogBytes = 4000;
constexpr std::size_t kMaxParsedBytes = std::size_t{1} << 20;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
/// What keys, ids, hosts and addresses are made of.
constexpr bool is_word(char c) {
  return is_digit(c) || is_alpha(c) || std::string_view("-_.:/@*+=%?&~#").find(c) != std::string_view::npos;
}

bool starts_with_any(std::string_view word, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view p) { return istarts_with(word, p); });
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> needles) {
  return std::any_of(needles.begin(), needles.end(),
                     [&](std::string_view n) { return text.find(n) != std::string_view::npos; });
}

/// The longest run of letters and digits, and whether it has both: random ids have, words and model names have not.
struct Run {
  std::size_t length = 0;
  bool letters = false, digits = false;
};
Run longest_run(std::string_view word) {
  Run best, now;
  for (const char c : word) {
    if (is_digit(c) || is_alpha(c)) {
      ++now.length;
      now.digits |= is_digit(c);
      now.letters |= is_alpha(c);
      if (now.length > best.length) best = now;
    } else {
      now = {};
    }
  }
  return best;
}

bool is_uuid(std::string_view word) {
  if (word.size() != 36) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = word[i];
    if (dash ? c != '-' : !(is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) return false;
  }
  return true;
}

bool is_key(std::string_view word) {
  if (starts_with_any(word, {"sk-",  "sk_",  "pk-",  "pk_",         "rk_", "ak-", "gsk_",   "xai-",  "AIza",  "key-",
                             "AKIA", "ASIA", "ghp_", "github_pat_", "hf_", "r8_", "nvapi-", "pplx-", "ya29.", "eyJ"})) {
    return word.size() >= 8;
  }
  // Half-hidden keys, as some providers print them.
  return word.find("***") != std::string_view::npos;
}

bool is_own_id(std::string_view word) {
  // Ids that the caller sent or was given, and needs to see.
  return starts_with_any(word, {"call_", "toolu_", "chatcmpl-", "msg_", "file-", "file_", "resp_", "fc_", "data:"});
}

bool is_account_or_request_id(std::string_view word) {
  if (is_own_id(word)) return false;
  if (starts_with_any(word, {"org-", "org_", "proj-", "proj_", "acct_", "acct-", "req_", "req-", "user-", "tenant-"})) {
    const Run run = longest_run(word.substr(4));
    if (run.length >= 8) return true;
  }
  const Run run = longest_run(word);
  if (run.length >= 20 && run.digits && run.letters) return true;
  if (run.length >= 16 && run.digits && !run.letters) return true;
  return is_uuid(word);
}

bool is_ipv4(std::string_view host) {
  int parts = 0, digits = 0;
  for (const char c : host) {
    if (is_digit(c)) {
      if (++digits > 3) return false;
    } else if (c == '.') {
      if (digits == 0) return false;
      ++parts;
      digits = 0;
    } else {
      return false;
    }
  }
  return parts == 3 && digits > 0;
}

bool is_address(std::string_view word) {
  if (word.find("://") != std::string_view::npos) return true;
  const std::size_t at = word.find('@');
  if (at != std::string_view::npos && at > 0 && word.find('.', at) != std::string_view::npos) return true;
  std::string_view host = word.substr(0, word.find('/'));
  const std::size_t colon = host.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && colon + 1 < host.size() && parse_int(host.substr(colon + 1)).has_value();
  if (has_port) host = host.substr(0, colon);
  if (is_ipv4(host) || iequals(host, "localhost")) return true;
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  static constexpr std::array<std::string_view, 22> kEndings{
      "com", "net", "org", "io",  "ai",  "cn",   "dev",   "app",      "cloud", "co",        "us",
      "eu",  "de",  "uk",  "top", "xyz", "site", "local", "internal", "lan",   "localhost", "svc"};
  const std::string_view ending = host.substr(dot + 1);
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view e) { return iequals(e, ending); });
}

/// Takes out `(request id: ...)`, which cascaded gateways append.
std::string without_request_ids(std::string_view text) {
  std::string out;
  while (true) {
    std::size_t open = std::string_view::npos;
    for (std::size_t i = text.find('('); i != std::string_view::npos; i = text.find('(', i + 1)) {
      if (starts_with_any(text.substr(i + 1), {"request id", "request_id", "requestid", "traceid", "trace id"})) {
        open = i;
        break;
      }
    }
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find(')', open);
    out += trim(text.substr(0, open));
    if (close == std::string_view::npos) return out;
    text.remove_prefix(close + 1);
  }
  out += text;
  return out;
}

template <class Replace>
std::string rewrite_words(std::string_view text, Replace&& replace) {
  std::string out;
  out.reserve(text.size());
  std::size_t i = 0;
  while (i < text.size()) {
    if (!is_word(text[i])) {
      const auto c = static_cast<unsigned char>(text[i++]);
      out += c < 0x20 || c == 0x7f ? ' ' : static_cast<char>(c);
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_word(text[end])) ++end;
    std::string_view word = text.substr(i, end - i);
    // A sentence's own punctuation is not part of the word.
    std::string_view tail;
    while (!word.empty() && std::string_view(".:?,").find(word.back()) != std::string_view::npos) {
      tail = text.substr(i + word.size() - 1, tail.size() + 1);
      word.remove_suffix(1);
    }
    const std::string_view replacement = replace(word);
    out += replacement.empty() ? word : replacement;
    out += tail;
    i = end;
  }
  return out;
}

std::string valid_utf8(std::string_view text, std::size_t max) {
  // Bodies may be in any encoding; an invalid byte would spoil the JSON that carries it.
  std::string out;
  std::size_t i = 0;
  while (i < text.size() && out.size() < max) {
    const auto c = static_cast<unsigned char>(text[i]);
    std::size_t length = c < 0x80                ? 1
                         : c >= 0xc2 && c < 0xe0 ? 2
                         : c >= 0xe0 && c < 0xf0 ? 3
                         : c >= 0xf0 && c < 0xf5 ? 4
                                                 : 0;
    bool good = length != 0 && i + length <= text.size();
    for (std::size_t k = 1; good && k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      good = (next & 0xc0u) == 0x80u;
      if (k == 1) {
        if (c == 0xe0) good = good && next >= 0xa0;
        if (c == 0xed) good = good && next < 0xa0;
        if (c == 0xf0) good = good && next >= 0x90;
        if (c == 0xf4) good = good && next < 0x90;
      }
    }
    if (!good) {
      out += '?';
      ++i;
      continue;
    }
    out += text.substr(i, length);
    i += length;
  }
  return std::string(clip_utf8(out, max));
}

// Reading a body -----------------------------------------------------------------------------------------------------

std::string scalar_text(const json::object& from, std::string_view key) {
  const json::value* value = json::find(from, key);
  if (!value) return {};
  if (value->is_string()) return std::string(json::view(value->get_string()));
  if (value->is_int64()) return std::to_string(value->get_int64());
  if (value->is_uint64()) return std::to_string(value->get_uint64());
  return {};
}

std::string first_text(const json::object& from, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (const std::string_view text = json::find_string(from, key); !text.empty()) return std::string(text);
  }
  return {};
}

/// `detail` as FastAPI has it: a text, or a list of `{loc, msg}`.
std::string detail_text(const json::object& from) {
  const json::value* detail = json::find(from, "detail");
  if (!detail) return {};
  if (detail->is_string()) return std::string(json::view(detail->get_string()));
  const json::array* list = detail->if_array();
  if (!list || list->empty()) return {};
  const json::object* first = list->front().if_object();
  if (!first) return {};
  std::string out(json::find_string(*first, "msg"));
  if (const json::array* path = json::find_array(*first, "loc"); path && !out.empty()) {
    std::string where;
    for (const json::value& part : *path) {
      if (!where.empty()) where += '.';
      if (part.is_string()) where += json::view(part.get_string());
      if (part.is_int64()) where += std::to_string(part.get_int64());
    }
    if (!where.empty()) out = where + ": " + out;
  }
  return out;
}

void read_object(const json::object& root, ErrorBody& out) {
  const json::object* error = json::find_object(root, "error");
  if (!error) {
    if (const json::object* response = json::find_object(root, "response"))
      error = json::find_object(*response, "error");
  }
  if (!error) {
    if (const json::array* errors = json::find_array(root, "errors"); errors && !errors->empty()) {
      error = errors->front().if_object();
    }
  }
  if (error) {
    out.message = first_text(*error, {"message", "msg", "error_msg", "detail", "description", "innererror"});
    out.type = first_text(*error, {"type", "status"});
    out.code = scalar_text(*error, "code");
    out.param = scalar_text(*error, "param");
  }
  if (out.message.empty()) {
    out.message = first_text(root, {"error", "message", "msg", "err", "error_msg", "error_message"});
  }
  if (out.message.empty()) out.message = detail_text(root);
  if (out.message.empty()) {
    if (const json::object* header = json::find_object(root, "header")) out.message = first_text(*header, {"message"});
  }
  if (out.type.empty() && !error) out.type = first_text(root, {"type", "status"});
  if (out.code.empty()) out.code = scalar_text(root, "code");
  std::string stated = error ? scalar_text(*error, "status_code") : std::string();
  if (stated.empty()) stated = scalar_text(root, "status_code");
  if (stated.empty()) stated = scalar_text(root, "status");
  if (stated.empty()) stated = out.code;
  if (const auto number = parse_int(stated); number && *number >= 400 && *number <= 599) {
    out.status = static_cast<int>(*number);
  }
}

// Meaning ------------------------------------------------------------------------------------------------------------

bool says_no_credit(std::string_view words) {
  return contains_any(words, {"insufficient_quota",
                              "insufficient quota",
                              "insufficient balance",
                              "insufficient_balance",
                              "insufficient credit",
                              "insufficient_user_quota",
                              "insufficient account balance",
                              "exceeded your current quota",
                              "credit balance is too low",
                              "billing_not_active",
                              "billing_error",
                              "billing hard limit",
                              "billing_hard_limit",
                              "payment required",
                              "out of credits",
                              "not enough credits",
                              "requires more credits",
                              "arrearage",
                              "overdue-payment",
                              "overdue payment",
                              "账户余额",
                              "余额不足",
                              "额度不足",
                              "已欠费",
                              "欠费"});
}

bool says_bad_credentials(std::string_view words) {
  return contains_any(
      words, {"invalid_api_key", "invalid api key", "incorrect api key", "api key not valid", "api_key_invalid",
              "invalid x-api-key", "authentication_error", "invalid_authentication", "account_deactivated",
              "account deactivated", "organization has been disabled", "invalid security token",
              "unrecognizedclientexception", "security token included in the request is invalid",
              "operation not allowed", "permission_denied", "api key expired", "invalid access token", "无效的令牌"});
}

bool says_no_model(std::string_view words) {
  if (contains_any(words, {"model_not_found", "model not found", "unknown model", "model_not_exist", "modelnotfound",
                           "no such model", "invalid model name", "deploymentnotfound", "model_not_available"})) {
    return true;
  }
  return words.find("model") != std::string_view::npos &&
         contains_any(words, {"does not exist", "do not have access", "does not have access", "not supported model",
                              "is not available", "not_found_error", "no endpoints found"});
}

bool says_too_long(std::string_view words) {
  return contains_any(words, {kTooLong, "prompt is too long", "maximum context length", "context window",
                              "context length", "context_window", "input is too long", "input length exceeds",
                              "maximum prompt length", "exceeds the maximum number of tokens"});
}

bool says_rate_limit(std::string_view words) {
  return contains_any(words, {"rate_limit", "rate limit", "ratelimit", "too many requests", "too_many_requests",
                              "resource_exhausted", "throttl"});
}

bool says_overloaded(std::string_view words) {
  return contains_any(words, {"overloaded", "over capacity", "service_unavailable", "unavailable"});
}

ErrorCode meaning_of(int status, const ErrorBody& body, std::string_view words) {
  const bool client_error = status >= 400 && status < 500;
  if (status == 402) return ErrorCode::upstream_no_credit;
  if (status == 408 || status == 504 || status == 524) return ErrorCode::upstream_timeout;
  if (client_error && says_no_credit(words)) return ErrorCode::upstream_no_credit;
  if (status == 429) return ErrorCode::upstream_rate_limited;
  if (status == 401) return ErrorCode::upstream_auth_failed;
  if (status == 403) {
    if (says_no_model(words)) return ErrorCode::upstream_model_missing;
    const bool content = contains_any(words, {"moderation", "flagged", "content_policy", "content policy", "safety"});
    return content ? ErrorCode::upstream_rejected_request : ErrorCode::upstream_auth_failed;
  }
  if (client_error) {
    if (says_bad_credentials(words)) return ErrorCode::upstream_auth_failed;
    if (says_no_model(words)) return ErrorCode::upstream_model_missing;
    // A proxy before the provider says so in words of its own.
    if (status == 413) return ErrorCode::upstream_rejected_request;
    if (body.is_html || ((status == 404 || status == 405) && body.message.empty()))
      return ErrorCode::upstream_bad_answer;
    return ErrorCode::upstream_rejected_request;
  }
  if (status >= 500) return ErrorCode::upstream_server_error;
  if (status >= 300) return ErrorCode::upstream_bad_answer;
  // An error inside an answer that began as a success.
  if (says_no_credit(words)) return ErrorCode::upstream_no_credit;
  if (says_rate_limit(words)) return ErrorCode::upstream_rate_limited;
  if (says_bad_credentials(words)) return ErrorCode::upstream_auth_failed;
  if (says_no_model(words)) return ErrorCode::upstream_model_missing;
  if (contains_any(words, {"invalid_request_error", "request_too_large", "context_length_exceeded"})) {
    return ErrorCode::upstream_rejected_request;
  }
  if (contains_any(words, {"timeout_error"})) return ErrorCode::upstream_timeout;
  return ErrorCode::upstream_server_error;
}

bool is_overloaded(int status, std::string_view words) {
  return status == 503 || status == 529 || (status < 300 && says_overloaded(words));
}

std::string message_for(ErrorCode code, int status, const ErrorBody& body, bool overloaded) {
  const std::string stated = status >= 300 ? " (status " + std::to_string(status) + ")" : std::string();
  switch (code) {
    case ErrorCode::upstream_rejected_request: {
      std::string text = public_text(body.message);
      return text.empty() ? "the provider refused the request" + stated : text;
    }
    case ErrorCode::upstream_rate_limited:
      return "the provider is limiting the rate of requests, try again later";
    case ErrorCode::upstream_auth_failed:
      return "the provider refused the gateway's credentials";
    case ErrorCode::upstream_no_credit:
      return "the provider cannot serve this request at present";
    case ErrorCode::upstream_model_missing:
      return "the provider does not serve this model";
    case ErrorCode::upstream_timeout:
      return "the provider did not answer in time";
    case ErrorCode::upstream_bad_answer:
      return "the provider gave an answer that is not its API's" + stated;
    default:
      return overloaded ? "the provider is overloaded, try again later"
                        : "the provider reported an error of its own" + stated;
  }
}

/// Names such as `context_length_exceeded`; anything else is not a name and stays in the log.
std::string name_or_nothing(std::string_view text) {
  const bool name = text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
                      return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
                    });
  return name && !is_key(text) && !is_account_or_request_id(text) ? std::string(text) : std::string();
}

}  // namespace

ErrorBody read_error_body(std::string_view body) {
  ErrorBody out;
  const std::string_view text = trim(body);
  if (text.empty() || text.size() > kMaxParsedBytes) return out;
  if (text.front() == '<') {
    out.is_html = true;
    return out;
  }
  if (text.front() != '{' && text.front() != '[') {
    out.message = std::string(clip_utf8(text, kMaxPublicBytes));
    return out;
  }
  auto parsed = json::parse(text);
  if (!parsed) return out;
  const json::object* root = parsed->if_object();
  if (const json::array* list = parsed->if_array(); list && !list->empty()) root = list->front().if_object();
  if (!root) return out;
  out.is_json = true;
  read_object(*root, out);
  return out;
}

Error upstream_error(int status, std::string_view body) {
  ErrorBody read = read_error_body(body);
  int effective = status;
  if (status < 300 && read.status != 0) effective = read.status;
  const std::string words = to_lower(read.type + ' ' + read.code + ' ' + read.message);
  const ErrorCode code = meaning_of(effective, read, words);

  const bool overloaded = code == ErrorCode::upstream_server_error && is_overloaded(effective, words);

  std::string detail = "status " + std::to_string(status);
  if (!body.empty()) detail += ": " + log_text(body);
  Error error = Error(code, message_for(code, effective, read, overloaded))
                    .detail(std::move(detail))
                    .upstream(name_or_nothing(read.type), name_or_nothing(read.code));
  if (code == ErrorCode::upstream_rejected_request) {
    const bool own = effective > 400 && effective < 500 && effective != 403;
    error.http(own ? effective : 400).param(public_text(read.param));
    // Agents shorten their conversation on this code, by whatever name their provider calls it.
    if (says_too_long(words)) error.upstream(error.upstream_type(), std::string(kTooLong));
  }
  if (overloaded) error.http(503);
  return error;
}

std::string public_text(std::string_view text) {
  const std::string plain = without_request_ids(valid_utf8(text, kMaxPublicBytes));
  std::string out = rewrite_words(plain, [](std::string_view word) -> std::string_view {
    if (is_key(word)) return "[key]";
    if (is_address(word)) return "[address]";
    if (is_account_or_request_id(word)) return "[id]";
    return {};
  });
  return std::string(trim(out));
}

std::string log_text(std::string_view text) {
  return rewrite_words(valid_utf8(text, kMaxLogBytes),
                       [](std::string_view word) -> std::string_view { return is_key(word) ? "[key]" : ""; });
}

}  // namespace tollgate::dialects
