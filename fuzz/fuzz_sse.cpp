#include <string>
#include <vector>

#include "fuzz_support.h"
#include "llm/sse.h"

namespace {

using tollgate::fuzz::demand;
using tollgate::llm::SseSplitter;

struct Seen {
  std::vector<std::string> events;
  std::string rest;
  bool operator==(const Seen&) const = default;
};

/// @param step  0: in one piece; else the pieces' lengths change from 1 to `step` and begin again.
Seen split(std::string_view stream, std::size_t step) {
  Seen out;
  SseSplitter splitter;
  std::size_t length = 1;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t take = step == 0 ? stream.size() : length;
    length = length >= step ? 1 : length + 1;
    const std::string piece(stream.substr(at, take));
    demand(splitter.feed(piece, [&](std::string_view event) {
      out.events.emplace_back(event);
      return true;
    }));
    at += take;
  }
  out.rest = splitter.rest();
  return out;
}

}  // namespace

// Any cut gives the same events; every byte is in exactly one of them or left over.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream = tollgate::fuzz::text_of(data, size);
  const Seen whole = split(stream, 0);
  for (const std::size_t step : {1, 2, 3, 7, 64}) demand(split(stream, step) == whole);
  std::string joined;
  for (const std::string& event : whole.events) {
    demand(!event.empty());
    joined += event;
    std::string scratch;
    const auto read = tollgate::llm::read_sse_event(event, scratch);
    demand(read.data.size() <= event.size() && read.name.size() <= event.size());
  }
  demand(joined + whole.rest == stream);
  return 0;
}
