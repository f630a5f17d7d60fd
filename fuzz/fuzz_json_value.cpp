#include <string>

#include "fuzz_support.h"
#include "json/keys.h"
#include "json/value.h"

// What is parsed comes back the same; strings survive escaping; the hopper stays within its text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tollgate;
  using fuzz::demand;
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto parsed = json::parse(text)) {
    const std::string written = json::serialize(*parsed);
    const auto again = json::parse(written);
    demand(again.has_value());
    demand(*again == *parsed);
    demand(json::serialize(*again) == written);
  } else {
    demand(parsed.error().code() == ErrorCode::invalid_json && !parsed.error().message().empty());
  }

  std::string escaped, back;
  json::escape_to(text, escaped);
  demand(json::unescape_to(escaped, back));
  demand(back == text);
  demand(json::unescaped_size(escaped) == size);
  std::string decoded;
  if (json::unescape_to(text, decoded)) demand(json::unescaped_size(text) == decoded.size());
  demand(json::unescaped_size(text) <= size);

  json::StringHopper hopper(text);
  while (hopper.next()) {
    demand(hopper.raw().data() >= text.data() && hopper.raw().data() + hopper.raw().size() < text.data() + size);
    demand(hopper.rest().size() <= size);
    (void)hopper.value_kind();
  }
  return 0;
}
