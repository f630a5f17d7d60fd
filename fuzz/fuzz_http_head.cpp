#include <string>

#include "fuzz_support.h"
#include "http/head_parser.h"

namespace {

using namespace tollgate::http;
using tollgate::fuzz::demand;

bool inside(std::string_view whole, std::string_view part) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// A head that was taken has nothing in it that another parser could read otherwise.
void check_head(std::string_view text, std::size_t size, const Headers& headers) {
  demand(size <= text.size());
  const std::string_view head = text.substr(0, size);
  demand(head.ends_with("\r\n\r\n") || head == "\r\n");
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\n') demand(i > 0 && head[i - 1] == '\r');
    if (head[i] == '\r') demand(i + 1 < head.size() && head[i + 1] == '\n');
    if (head[i] == '\n' && i + 1 < head.size()) demand(head[i + 1] != ' ' && head[i + 1] != '\t');
    demand(head[i] != '\0');
  }
  for (const HeaderField& field : headers) {
    demand(inside(head, field.name) && inside(head, field.value) && !field.name.empty());
    demand(field.name.find_first_of(" \t:") == std::string_view::npos);
  }
}

/// The body behind the head, cut in steps.
std::string decode(std::string_view bytes, std::size_t step, ChunkReader::Status& last, std::size_t& rest) {
  ChunkReader reader;
  std::string out;
  last = ChunkReader::Status::need_more;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, step);
    bytes.remove_prefix(part.size());
    std::string_view piece;
    while ((last = reader.next(part, piece)) == ChunkReader::Status::data) {
      demand(!piece.empty());
      out += piece;
    }
    rest = part.size() + bytes.size();
    if (last != ChunkReader::Status::need_more) break;
    demand(part.empty());
  }
  return out;
}

void check_chunks(std::string_view body) {
  ChunkReader::Status whole_end{}, cut_end{};
  std::size_t whole_rest = 0, cut_rest = 0;
  const std::string whole = decode(body, body.size() + 1, whole_end, whole_rest);
  for (const std::size_t step : {1, 2, 3, 7}) {
    demand(decode(body, step, cut_end, cut_rest) == whole);
    demand(cut_end == whole_end);
    if (whole_end == ChunkReader::Status::end) demand(cut_rest == whole_rest);
  }
}

template <class Head, class Parse>
void check(std::string_view text, const Parse& parse) {
  Head whole;
  const ParseResult result = parse(text, whole, std::size_t{0});
  if (result.status == ParseStatus::bad) demand(*result.problem != '\0' && result.http_status >= 400);
  if (result.status == ParseStatus::done) check_head(text, result.head_bytes, whole.headers);
  // Byte by byte the verdict is the same, at the latest with the last one.
  Head grown;
  std::size_t seen = 0;
  for (std::size_t size = 1; size <= text.size(); size += size < 64 ? 1 : 13) {
    const ParseResult step = parse(text.substr(0, size), grown, seen);
    seen = size;
    if (step.status == ParseStatus::need_more) continue;
    demand(step.status == result.status);
    if (step.status == ParseStatus::done) {
      demand(step.head_bytes == result.head_bytes && grown.headers.size() == whole.headers.size());
    }
    break;
  }
  if (result.status == ParseStatus::done && whole.framing == Framing::chunked) {
    check_chunks(text.substr(result.head_bytes));
  }
}

}  // namespace

// Requests and answers: strict, the same for any cut, views only into the head.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(tollgate::fuzz::text_of(data, size));
  const HeadLimits limits{.max_head_bytes = 4096, .max_fields = 16};
  check<RequestHead>(text, [&](std::string_view bytes, RequestHead& head, std::size_t seen) {
    const ParseResult result = parse_request_head(bytes, limits, head, seen);
    if (result.status == ParseStatus::done) {
      demand(head.path.starts_with('/') || head.path == "*");
      demand(head.headers.count("Content-Length") <= 1);
      demand(head.framing != Framing::chunked || !head.headers.has("Content-Length"));
      demand(head.framing == Framing::chunked || !head.headers.has("Transfer-Encoding"));
    }
    return result;
  });
  check<ResponseHead>(text, [&](std::string_view bytes, ResponseHead& head, std::size_t seen) {
    return parse_response_head(bytes, limits, Method::post, head, seen);
  });
  check_chunks(text);
  return 0;
}
