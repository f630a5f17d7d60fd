#include <string>

#include "dialects/registry.h"
#include "fuzz_support.h"
#include "json/value.h"
#include "llm/sse.h"
#include "providers/registry.h"

// The demo provider answers any body, with an answer that its dialect understands or with an error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tollgate;
  using fuzz::demand;
  static const providers::ProviderDescriptor& demo = *providers::find("demo");
  static const llm::Dialect& dialect = *dialects::find(DialectId::openai_chat);
  if (size == 0) return 0;
  const auto operation = static_cast<llm::Operation>(data[0] % 5);
  const auto answer = demo.local({.dialect = dialect.id,
                                  .operation = operation,
                                  .body = fuzz::text_of(data + 1, size - 1),
                                  .now_unix_s = 1'700'000'000,
                                  .id = "fuzz"});
  std::string bytes;
  for (const auto& step : answer.steps) {
    demand(step.delay_ms >= 0);
    bytes += step.bytes;
  }
  if (answer.end != providers::LocalAnswer::End::complete) return 0;
  if (answer.status != 200) {
    demand(json::parse_object(bytes).has_value());
  } else if (answer.headers[0].second == "text/event-stream") {
    llm::SseSplitter splitter;
    demand(splitter.feed(bytes, [&](std::string_view event) {
      demand(dialect.tap(event, nullptr).kind != llm::Tap::Kind::malformed);
      return true;
    }));
    demand(splitter.rest().empty());
  } else {
    demand(dialect.tap_plain(bytes, nullptr).well_formed);
  }
  return 0;
}
