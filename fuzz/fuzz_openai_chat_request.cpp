#include "dialect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tollgate::llm::Dialect& dialect = *tollgate::dialects::find(tollgate::DialectId::openai_chat);
  tollgate::fuzz::request(dialect, {reinterpret_cast<const char*>(data), size});
  return 0;
}
