#include "dialects/registry.h"

#include "registry_table.inc"

namespace tollgate::dialects {

std::span<const llm::Dialect* const> all() { return kAll; }

const llm::Dialect* find(llm::DialectId id) {
  for (const llm::Dialect* dialect : kAll) {
    if (dialect->id == id) return dialect;
  }
  return nullptr;
}

const llm::Dialect* find(std::string_view name) {
  for (const llm::Dialect* dialect : kAll) {
    if (dialect->name == name) return dialect;
  }
  return nullptr;
}

}  // namespace tollgate::dialects
