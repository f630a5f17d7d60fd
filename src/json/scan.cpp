#include "json/scan.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/strings.h"
#include "json/value.h"
#include "json/walk.h"

namespace tollgate::json {
namespace {

static_assert(kMaxDepth == 64, "the walk keeps one bit for each level");

constexpr std::int64_t kMostTokens = (std::int64_t{1} << 30) - 1;
constexpr std::int64_t kMostChoices = 128;

Error broken(std::string_view why) {
  return Error(ErrorCode::invalid_json, fmt::format("the request body is not valid JSON: {}", why));
}

Error wrong(std::string_view member, std::string_view what) {
  return Error(ErrorCode::invalid_request, fmt::format("{} {}", member, what)).param(std::string(member));
}

Error fault_error(StageOneFault fault) {
  switch (fault) {
    case StageOneFault::empty:
      return broken("it is empty");
    case StageOneFault::bad_utf8:
      return broken("it is not UTF-8");
    case StageOneFault::control_in_string:
      return broken("a string holds a raw control character");
    case StageOneFault::open_string:
      return broken("it is cut off inside a string");
    case StageOneFault::too_large:
      return Error(ErrorCode::request_too_large, "the request body is larger than 4 GiB");
    case StageOneFault::none:
    case StageOneFault::other:
      break;
  }
  return broken("it cannot be read");
}

/// A key's text: a view into the document, or `decoded` if it has escapes. @return false if those are malformed.
bool decode_key(std::string_view quoted, std::string& decoded, std::string_view& text) {
  text = quoted.substr(1, quoted.size() - 2);
  if (std::memchr(text.data(), '\\', text.size()) == nullptr) return true;
  decoded.clear();
  if (!unescape_to(text, decoded)) return false;
  text = decoded;
  return true;
}

enum class Member : std::uint8_t {
  none,
  model,
  stream,
  stream_options,
  max_tokens,
  max_completion_tokens,
  max_output_tokens,
  n,
  tools,
  functions,
  messages,
  input,
  prompt,
  system,
};

Member member_of(std::string_view key) {
  switch (key.size()) {
    case 1:
      return key[0] == 'n' ? Member::n : Member::none;
    case 5:
      if (key == "model") return Member::model;
      if (key == "tools") return Member::tools;
      if (key == "input") return Member::input;
      return Member::none;
    case 6:
      if (key == "stream") return Member::stream;
      if (key == "prompt") return Member::prompt;
      if (key == "system") return Member::system;
      return Member::none;
    case 8:
      return key == "messages" ? Member::messages : Member::none;
    case 9:
      return key == "functions" ? Member::functions : Member::none;
    case 10:
      return key == "max_tokens" ? Member::max_tokens : Member::none;
    case 14:
      return key == "stream_options" ? Member::stream_options : Member::none;
    case 17:
      return key == "max_output_tokens" ? Member::max_output_tokens : Member::none;
    case 21:
      return key == "max_completion_tokens" ? Member::max_completion_tokens : Member::none;
    default:
      return Member::none;
  }
}

/// An integer, also spelled `3.0` or `3e0`, within the bounds.
std::optional<std::int64_t> integer_in(std::string_view token, std::int64_t least, std::int64_t most) {
  std::int64_t whole = 0;
  const char* const last = token.data() + token.size();
  if (const auto [end, error] = std::from_chars(token.data(), last, whole); error == std::errc{} && end == last) {
    if (whole < least || whole > most) return std::nullopt;
    return whole;
  }
  double real = 0;
  const auto [end, error] = std::from_chars(token.data(), last, real);
  if (error != std::errc{} || end != last || std::trunc(real) != real) return std::nullopt;
  if (real < static_cast<double>(least) || real > static_cast<double>(most)) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

class EnvelopeScan {
 public:
  EnvelopeScan(std::string_view body, StructuralIndex index) : body_(body), index_(index), walk_(body, index) {}

  Result<Envelope> run() {
    if (walk_.peek() != '{') return fail(ErrorCode::invalid_json, "the request body must be a JSON object");
    out_.after_brace = walk_.offset() + 1;
    out_.empty_object = true;
    const bool whole =
        walk_object(walk_, 0, [this](Span key, Span value, const std::uint32_t* place, std::uint32_t comma) {
          out_.empty_object = false;
          if (last_ != nullptr) last_->removal = {last_->key.offset, key.offset - last_->key.offset};
          last_ = nullptr;
          return on_member(key, value, place, comma);
        });
    if (error_) return std::unexpected(std::move(*error_));
    if (whole && walk_.at_end()) return std::move(out_);
    const char* why = whole ? "text follows the object" : walk_.problem();
    return fail(broken(fmt::format("{} at byte {}", why, walk_.problem_at())));
  }

 private:
  bool refuse(Error error) {
    error_ = std::move(error);
    return false;
  }

  bool on_member(Span key, Span value, const std::uint32_t* place, std::uint32_t comma) {
    std::string_view name;
    if (!decode_key(key.of(body_), decoded_, name)) {
      return refuse(broken(fmt::format("an escape in a key is malformed at byte {}", key.offset)));
    }
    const Member member = member_of(name);
    if (member == Member::none) {
      if (name.size() == 5 && iequals(name, "model")) {
        return refuse(wrong("model", fmt::format("must be spelled in lower case, not '{}'", name)));
      }
      return true;
    }
    const std::uint32_t bit = 1u << static_cast<unsigned>(member);
    if ((seen_ & bit) != 0) return refuse(wrong(name, "occurs more than once"));
    seen_ |= bit;

    const std::string_view token = value.of(body_);
    switch (member) {
      case Member::none:
        return true;
      case Member::model:
        keep(out_.model_member, key, value, comma);
        return read_model(token);
      case Member::stream:
        keep(out_.stream_member, key, value, comma);
        if (token != "true" && token != "false" && token != "null") return refuse(wrong(name, "must be a boolean"));
        out_.stream = token == "true";
        return true;
      case Member::stream_options:
        keep(out_.stream_options, key, value, comma);
        if (token == "null") return true;
        if (token.front() != '{') return refuse(wrong(name, "must be an object"));
        return read_stream_options(place);
      case Member::max_tokens:
        keep(out_.max_tokens_member, key, value, comma);
        return read_integer(name, token, 0, kMostTokens, out_.max_tokens);
      case Member::max_completion_tokens:
        keep(out_.max_completion_tokens_member, key, value, comma);
        return read_integer(name, token, 0, kMostTokens, out_.max_completion_tokens);
      case Member::max_output_tokens:
        return read_integer(name, token, 0, kMostTokens, out_.max_output_tokens);
      case Member::n:
        return read_integer(name, token, 1, kMostChoices, out_.n);
      case Member::tools:
      case Member::functions:
        // The value is well-formed, so something follows its bracket.
        if (token.front() == '[' && body_[place[1]] != ']') out_.has_tools = true;
        return true;
      case Member::messages:
        out_.messages = value;
        out_.messages_kind = token.front();
        return true;
      case Member::input:
        out_.input = value;
        out_.input_kind = token.front();
        return true;
      case Member::prompt:
        out_.prompt = value;
        out_.prompt_kind = token.front();
        return true;
      case Member::system:
        out_.system = value;
        return true;
    }
    return true;
  }

  /// Until another key follows, the member is the last one and takes the comma before it.
  void keep(MemberSpan& member, Span key, Span value, std::uint32_t comma) {
    const std::uint32_t from = comma != 0 ? comma : key.offset;
    member = {.key = key, .value = value, .removal = {from, value.end() - from}};
    last_ = &member;
  }

  bool read_model(std::string_view token) {
    if (token.front() != '"') return refuse(wrong("model", "must be a string"));
    token = token.substr(1, token.size() - 2);
    if (std::memchr(token.data(), '\\', token.size()) == nullptr) {
      out_.model = token;
    } else if (!unescape_to(token, out_.model)) {
      return refuse(broken(fmt::format("an escape in model is malformed at byte {}", out_.model_member.value.offset)));
    }
    out_.has_model = true;
    return true;
  }

  bool read_integer(std::string_view name, std::string_view token, std::int64_t least, std::int64_t most,
                    std::optional<std::int64_t>& out) {
    if (token == "null") return true;
    out = integer_in(token, least, most);
    if (!out) return refuse(wrong(name, fmt::format("must be an integer between {} and {}", least, most)));
    return true;
  }

  bool read_stream_options(const std::uint32_t* place) {
    Walk inner(body_, {.begin = place, .end = index_.end});
    walk_object(inner, 1, [this](Span key, Span value, const std::uint32_t*, std::uint32_t) {
      std::string_view name;
      if (!decode_key(key.of(body_), decoded_, name)) {
        return refuse(broken(fmt::format("an escape in a key is malformed at byte {}", key.offset)));
      }
      if (name != "include_usage") return true;
      if (out_.include_usage) return refuse(wrong("stream_options.include_usage", "occurs more than once"));
      const std::string_view token = value.of(body_);
      if (token != "true" && token != "false" && token != "null") {
        return refuse(wrong("stream_options.include_usage", "must be a boolean"));
      }
      out_.include_usage = value;
      out_.asks_usage = token == "true";
      return true;
    });
    return !error_;
  }

  std::string_view body_;
  StructuralIndex index_;
  Walk walk_;
  Envelope out_;
  MemberSpan* last_ = nullptr;  // the member just read, if it is one that may be removed
  std::uint32_t seen_ = 0;
  std::string decoded_;
  std::optional<Error> error_;
};

}  // namespace

Result<Envelope> scan_envelope(std::string_view body) {
  const StructuralIndex index = index_structure(body);
  if (index.fault != StageOneFault::none) return fail(fault_error(index.fault));
  return EnvelopeScan(body, index).run();
}

bool find_members(std::string_view document, WantedMember* wanted, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) wanted[i].value = {};
  const StructuralIndex index = index_structure(document);
  if (index.fault != StageOneFault::none) return false;
  Walk walk(document, index);
  std::string decoded;
  const bool whole = walk_object(walk, 0, [&](Span key, Span value, const std::uint32_t*, std::uint32_t) {
    std::string_view name;
    if (!decode_key(key.of(document), decoded, name)) return false;
    for (std::size_t i = 0; i < count; ++i) {
      // Of members that occur twice the last one counts, as in the trees.
      if (wanted[i].key == name) wanted[i].value = value;
    }
    return true;
  });
  if (whole && walk.at_end()) return true;
  for (std::size_t i = 0; i < count; ++i) wanted[i].value = {};
  return false;
}

Span find_member(std::string_view document, std::string_view key) {
  WantedMember wanted{.key = key};
  return find_members(document, &wanted, 1) ? wanted.value : Span{};
}

std::string_view scan_kernel() { return kernel_name(); }

}  // namespace tollgate::json
