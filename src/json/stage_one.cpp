#include "json/stage_one.h"

#include <algorithm>
#include <memory>

#include <simdjson.h>

namespace tollgate::json {
namespace {

/// What a thread keeps between calls. The index takes four bytes for each byte of text at worst, so that of a large
/// body is given back.
constexpr std::size_t kKeptCapacity = std::size_t{256} << 10;
constexpr std::size_t kLargestText = std::size_t{0xFFFF'FF00};

class Indexer {
 public:
  StructuralIndex run(std::string_view text) {
    if (text.empty()) return {.fault = StageOneFault::empty};
    if (text.size() > kLargestText) return {.fault = StageOneFault::too_large};
    if (!reserve(text.size())) return {.fault = StageOneFault::other};
    const auto error = parser_->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                       simdjson::stage1_mode::regular);
    if (error != simdjson::SUCCESS) return {.fault = fault_of(error)};
    const std::uint32_t* begin = parser_->structural_indexes.get();
    return {.begin = begin, .end = begin + parser_->n_structural_indexes};
  }

 private:
  bool reserve(std::size_t size) {
    const bool fits = parser_ && size <= parser_->capacity();
    if (fits && (parser_->capacity() <= kKeptCapacity || size > kKeptCapacity)) return true;
    std::size_t capacity = std::max<std::size_t>(size, 4096);
    if (capacity <= kKeptCapacity) capacity = std::min(kKeptCapacity, std::max(capacity, std::size_t{64} << 10));
    parser_.reset();
    return simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, parser_) ==
           simdjson::SUCCESS;
  }

  static StageOneFault fault_of(simdjson::error_code error) {
    switch (error) {
      case simdjson::EMPTY:
        return StageOneFault::empty;
      case simdjson::UTF8_ERROR:
        return StageOneFault::bad_utf8;
      case simdjson::UNESCAPED_CHARS:
        return StageOneFault::control_in_string;
      case simdjson::UNCLOSED_STRING:
        return StageOneFault::open_string;
      default:
        return StageOneFault::other;
    }
  }

  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
};

}  // namespace

StructuralIndex index_structure(std::string_view text) {
  thread_local Indexer indexer;
  return indexer.run(text);
}

std::string_view kernel_name() {
  static const std::string name = simdjson::get_active_implementation()->name();
  return name;
}

}  // namespace tollgate::json
