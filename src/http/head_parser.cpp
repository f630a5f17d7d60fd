#include "http/head_parser.h"

#include <array>
#include <cstring>

#include "base/strings.h"

namespace tollgate::http {
namespace {

// What may stand in methods and field names.
constexpr std::array<bool, 256> kToken = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

bool is_token(char c) { return kToken[static_cast<unsigned char>(c)]; }

/// Without a way out in the middle, so that the compiler makes vectors of it.
bool has_control(std::string_view text, unsigned char lowest) {
  bool bad = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    bad |= ((byte < lowest) & (byte != '\t')) | (byte == 0x7f);
  }
  return bad;
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Empties a head but keeps its fields' memory.
void reset(auto& head) {
  Headers fields = std::move(head.headers);
  fields.clear();
  head = {};
  head.headers = std::move(fields);
}

ParseResult bad(const char* problem, int status = 400) { return {ParseStatus::bad, 0, status, problem}; }

/// What the fields say about framing and the connection.
struct Facts {
  int hosts = 0;
  int lengths = 0;
  int encodings = 0;
  bool same_length = true;
  std::uint64_t length = 0;
  bool chunked = false;
  bool identity = false;
  bool close = false;
  bool keep_alive = false;
  bool expects = false;
  bool expects_other = false;
};

bool parse_length(std::string_view text, std::uint64_t& out) {
  if (text.empty() || text.size() > 18) return false;
  out = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    out = out * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return true;
}

const char* note(std::string_view name, std::string_view value, Facts& facts) {
  switch (name.size()) {
    case 4:
      if (iequals(name, "host")) ++facts.hosts;
      break;
    case 6:
      if (iequals(name, "expect")) (iequals(value, "100-continue") ? facts.expects : facts.expects_other) = true;
      break;
    case 10:
      if (iequals(name, "connection")) {
        while (!value.empty()) {
          const std::size_t comma = value.find(',');
          const std::string_view token = trim_blanks(value.substr(0, comma));
          if (iequals(token, "close")) facts.close = true;
          if (iequals(token, "keep-alive")) facts.keep_alive = true;
          value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
        }
      }
      break;
    case 14:
      if (iequals(name, "content-length")) {
        std::uint64_t length = 0;
        if (!parse_length(value, length)) return "Content-Length is not a number";
        facts.same_length = facts.same_length && (facts.lengths == 0 || facts.length == length);
        ++facts.lengths;
        facts.length = length;
      }
      break;
    case 17:
      if (iequals(name, "transfer-encoding")) {
        ++facts.encodings;
        facts.chunked = iequals(value, "chunked");
        facts.identity = iequals(value, "identity");
      }
      break;
    default:
      break;
  }
  return nullptr;
}

/// Reads lines from `at` to the blank one.
ParseResult parse_fields(std::string_view bytes, std::size_t at, const HeadLimits& limits, Headers& out, Facts& facts) {
  for (;;) {
    const char* const start = bytes.data() + at;
    const auto* newline = static_cast<const char*>(std::memchr(start, '\n', bytes.size() - at));
    if (newline == nullptr) {
      if (bytes.size() > limits.max_head_bytes) return bad("the head is too long", 431);
      return {};
    }
    const std::size_t next = static_cast<std::size_t>(newline - bytes.data()) + 1;
    if (next > limits.max_head_bytes) return bad("the head is too long", 431);
    if (newline == start || newline[-1] != '\r') return bad("a line of the head ends without a carriage return");
    const std::string_view line(start, static_cast<std::size_t>(newline - start) - 1);
    at = next;
    if (line.empty()) return {ParseStatus::done, at, 0, ""};
    if (out.size() == limits.max_fields) return bad("there are too many header fields", 431);
    if (line.front() == ' ' || line.front() == '\t') return bad("a header field is folded over several lines");
    std::size_t colon = 0;
    while (colon < line.size() && is_token(line[colon])) ++colon;
    if (colon == line.size()) return bad("a header field lacks its colon");
    if (line[colon] == ' ' || line[colon] == '\t') return bad("there is a blank before the colon of a header field");
    if (line[colon] != ':' || colon == 0) return bad("the name of a header field is malformed");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim_blanks(line.substr(colon + 1));
    if (has_control(value, 0x20)) return bad("a header field has a control character");
    if (const char* problem = note(name, value, facts)) return bad(problem);
    out.add(name, value);
  }
}

}  // namespace

ParseResult parse_request_head(std::string_view bytes, const HeadLimits& limits, RequestHead& out, std::size_t seen) {
  reset(out);
  if (seen > 0 && bytes.find('\n', seen) == std::string_view::npos && bytes.size() <= limits.max_head_bytes) return {};
  // One empty line before a request is what some old clients leave behind a body.
  std::size_t at = bytes.starts_with("\r\n") ? 2 : 0;
  const std::size_t newline = bytes.find('\n', at);
  if (newline == std::string_view::npos || newline >= limits.max_head_bytes) {
    if (bytes.size() > limits.max_head_bytes) return bad("the request line is too long", 414);
    if (bytes.size() - at >= 1 && !is_token(bytes[at]) && bytes[at] != '\r') return bad("this is not an HTTP request");
    return {};
  }
  if (newline == at || bytes[newline - 1] != '\r') return bad("the request line ends without a carriage return");
  const std::string_view line = bytes.substr(at, newline - 1 - at);

  std::size_t method_end = 0;
  while (method_end < line.size() && is_token(line[method_end])) ++method_end;
  if (method_end == 0 || method_end == line.size() || line[method_end] != ' ')
    return bad("the request line is malformed");
  out.method_text = line.substr(0, method_end);
  out.method = method_of(out.method_text);
  const std::string_view rest = line.substr(method_end + 1);
  const std::size_t target_end = rest.find(' ');
  if (target_end == std::string_view::npos || target_end == 0) return bad("the request line is malformed");
  const std::string_view target = rest.substr(0, target_end);
  const std::string_view version = rest.substr(target_end + 1);
  if (has_control(target, 0x21) || target.find_first_of("\t#") != std::string_view::npos) {
    return bad("the request target is malformed");
  }
  std::string_view path = target;
  if (istarts_with(target, "http://") || istarts_with(target, "https://")) {
    // The absolute form is for proxies, but every server has to take it.
    const std::size_t slash = target.find('/', target.find("://") + 3);
    path = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  } else if (!target.starts_with('/') && !(target == "*" && out.method == Method::options)) {
    return bad("the request target is malformed");
  }
  out.target = path;
  const std::size_t question = path.find('?');
  out.path = path.substr(0, question);
  if (question != std::string_view::npos) out.query = path.substr(question + 1);
  if (version == "HTTP/1.0") {
    out.http10 = true;
  } else if (version != "HTTP/1.1") {
    return version.starts_with("HTTP/") ? bad("this version of HTTP is not supported", 505)
                                        : bad("the request line is malformed");
  }

  Facts facts;
  const ParseResult result = parse_fields(bytes, newline + 1, limits, out.headers, facts);
  if (result.status != ParseStatus::done) return result;
  if (facts.hosts > 1) return bad("there is more than one Host");
  if (facts.hosts == 0 && !out.http10) return bad("the Host is missing");
  if (facts.lengths > 1) return bad("there is more than one Content-Length");
  if (facts.encodings > 0) {
    if (facts.lengths > 0) return bad("there are both Content-Length and Transfer-Encoding");
    if (facts.encodings > 1 || !facts.chunked) return bad("only the Transfer-Encoding 'chunked' is supported");
    if (out.http10) return bad("Transfer-Encoding is not part of HTTP/1.0");
    out.framing = Framing::chunked;
  } else if (facts.lengths == 1 && facts.length > 0) {
    out.framing = Framing::length;
    out.content_length = facts.length;
  }
  if (facts.expects_other) return bad("this Expect is not supported", 417);
  out.expects_continue = facts.expects && !out.http10 && out.framing != Framing::none;
  out.keep_alive = out.http10 ? facts.keep_alive && !facts.close : !facts.close;
  return result;
}

ParseResult parse_response_head(std::string_view bytes, const HeadLimits& limits, Method method, ResponseHead& out,
                                std::size_t seen) {
  reset(out);
  if (seen > 0 && bytes.find('\n', seen) == std::string_view::npos && bytes.size() <= limits.max_head_bytes) return {};
  const std::size_t newline = bytes.find('\n');
  if (newline == std::string_view::npos || newline >= limits.max_head_bytes) {
    if (bytes.size() > limits.max_head_bytes) return bad("the status line is too long");
    constexpr std::string_view kStart = "HTTP/1.";
    if (bytes.substr(0, kStart.size()) != kStart.substr(0, bytes.size())) return bad("this is not an HTTP/1 answer");
    return {};
  }
  if (newline == 0 || bytes[newline - 1] != '\r') return bad("the status line ends without a carriage return");
  const std::string_view line = bytes.substr(0, newline - 1);
  if (line.size() < 12 || (!line.starts_with("HTTP/1.1 ") && !line.starts_with("HTTP/1.0 "))) {
    return bad("this is not an HTTP/1 answer");
  }
  out.http10 = line[7] == '0';
  for (std::size_t i = 9; i < 12; ++i) {
    if (line[i] < '0' || line[i] > '9') return bad("the status is not a number");
    out.status = out.status * 10 + (line[i] - '0');
  }
  if (out.status < 100 || (line.size() > 12 && line[12] != ' ')) return bad("the status is malformed");
  out.reason = line.size() > 13 ? line.substr(13) : std::string_view{};
  if (has_control(out.reason, 0x20)) return bad("the status line has a control character");

  Facts facts;
  const ParseResult result = parse_fields(bytes, newline + 1, limits, out.headers, facts);
  if (result.status != ParseStatus::done) return result;
  if (!facts.same_length) return bad("there are different Content-Lengths");
  out.keep_alive = out.http10 ? facts.keep_alive && !facts.close : !facts.close;
  out.content_length = facts.length;
  if (facts.encodings > 1 || (facts.encodings == 1 && !facts.chunked && !facts.identity)) {
    return bad("only the Transfer-Encoding 'chunked' is supported");
  }
  if (method == Method::head || out.status < 200 || out.status == 204 || out.status == 304) {
    out.framing = Framing::none;
  } else if (facts.chunked) {
    out.framing = Framing::chunked;
    out.content_length = 0;
    // Somebody on the way may have believed the other one: nothing more is asked on this connection.
    if (facts.lengths > 0) out.keep_alive = false;
  } else if (facts.lengths > 0) {
    out.framing = facts.length == 0 ? Framing::none : Framing::length;
  } else {
    out.framing = Framing::until_close;
    out.keep_alive = false;
  }
  return result;
}

namespace {

constexpr std::uint32_t kMaxOverhead = 8 * 1024;  // extensions and trailers of one body
constexpr std::uint8_t kMaxSizeDigits = 15;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

ChunkReader::Status ChunkReader::fail(const char* problem) {
  state_ = State::bad;
  problem_ = problem;
  return Status::bad;
}

ChunkReader::Status ChunkReader::next(std::string_view& bytes, std::string_view& out) {
  if (state_ == State::end) return Status::end;
  while (!bytes.empty()) {
    if (state_ == State::data) {
      out = bytes.substr(0, left_);
      bytes.remove_prefix(out.size());
      left_ -= out.size();
      if (left_ == 0) state_ = State::data_cr;
      return Status::data;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    switch (state_) {
      case State::size:
        if (const int digit = hex_value(c); digit >= 0) {
          if (++digits_ > kMaxSizeDigits) return fail("a chunk's size is too large");
          left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
        } else if (digits_ == 0) {
          return fail("a chunk's size is missing");
        } else if (c == '\r') {
          state_ = State::size_lf;
        } else if (c == ';') {
          state_ = State::extension;
        } else {
          return fail("a chunk's size is malformed");
        }
        break;
      case State::extension:
        if (c == '\r') {
          state_ = State::size_lf;
        } else if (static_cast<unsigned char>(c) < 0x20 && c != '\t') {
          return fail("a chunk's extension has a control character");
        } else if (++overhead_ > kMaxOverhead) {
          return fail("the chunks' extensions are too long");
        }
        break;
      case State::size_lf:
        if (c != '\n') return fail("a chunk's size ends without a line feed");
        digits_ = 0;
        state_ = left_ > 0 ? State::data : State::trailer;
        break;
      case State::data_cr:
        if (c != '\r') return fail("a chunk is longer than its size says");
        state_ = State::data_lf;
        break;
      case State::data_lf:
        if (c != '\n') return fail("a chunk ends without a line feed");
        state_ = State::size;
        break;
      case State::trailer:
        if (c == '\r') {
          state_ = State::end_lf;
          break;
        }
        if (!is_token(c)) return fail("a trailer is malformed");
        state_ = State::trailer_line;
        [[fallthrough]];
      case State::trailer_line:
        if (c == '\r') {
          state_ = State::trailer_lf;
        } else if (static_cast<unsigned char>(c) < 0x20 && c != '\t') {
          return fail("a trailer has a control character");
        } else if (++overhead_ > kMaxOverhead) {
          return fail("the trailers are too long");
        }
        break;
      case State::trailer_lf:
        if (c != '\n') return fail("a trailer ends without a line feed");
        state_ = State::trailer;
        break;
      case State::end_lf:
        if (c != '\n') return fail("the body ends without a line feed");
        state_ = State::end;
        return Status::end;
      case State::data:
      case State::end:
      case State::bad:
        return fail(problem_);
    }
  }
  return state_ == State::bad ? Status::bad : Status::need_more;
}

}  // namespace tollgate::http
