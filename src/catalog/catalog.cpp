#include "catalog/catalog.h"

#include <algorithm>

#include "base/strings.h"
#include "catalog/overrides.h"
#include "config/settings.h"

namespace tollgate::catalog {

void UpstreamHeaders::add_general(http::HeaderBlock& out) {
  constexpr std::pair<std::string_view, std::string_view> kGeneral[] = {
      {"Content-Type", "application/json"},
      {"Accept", "application/json, text/event-stream"},
      {"User-Agent", "tollgate"},
  };
  for (const auto& [name, value] : kGeneral) {
    if (!out.has(name)) out.add(name, value);
  }
}

const UpstreamHeaders* ChannelKey::headers_for(llm::DialectId dialect) const {
  const auto found = std::ranges::find(headers, dialect, &UpstreamHeaders::dialect);
  return found == headers.end() ? nullptr : &*found;
}

Channel::Channel() = default;
Channel::Channel(Channel&&) noexcept = default;
Channel& Channel::operator=(Channel&&) noexcept = default;
Channel::~Channel() = default;

bool Channel::streams(std::string_view model) const {
  return disabled_stream.empty() || !std::ranges::binary_search(disabled_stream, model);
}

std::span<const llm::Dialect* const> Channel::dialects_for(llm::Operation operation) const {
  const auto same = std::ranges::equal_range(paths, operation, {}, &UpstreamPath::operation);
  return std::span(path_dialects)
      .subspan(static_cast<std::size_t>(same.begin() - paths.begin()), static_cast<std::size_t>(same.size()));
}

const UpstreamPath* Channel::path_for(llm::DialectId dialect, llm::Operation operation) const {
  for (const UpstreamPath& path : paths) {
    if (path.operation == operation && path.dialect == dialect) return &path;
  }
  return nullptr;
}

int Channel::mapped_status(int status) const {
  const auto found = std::ranges::find(status_mapping, status, &std::pair<int, int>::first);
  return found == status_mapping.end() ? status : found->second;
}

Catalog::Catalog() = default;
Catalog::~Catalog() = default;

const Group* Catalog::find_group(std::string_view symbol) const {
  const auto found =
      std::ranges::lower_bound(groups_, symbol, {}, [](const auto& group) { return std::string_view(group->symbol); });
  return found != groups_.end() && (*found)->symbol == symbol ? found->get() : nullptr;
}

const Channel* Catalog::find_channel(ChannelId id) const {
  const auto found = std::ranges::lower_bound(channels_, id, {}, &Channel::id);
  return found != channels_.end() && found->id == id ? &*found : nullptr;
}

const UnusableChannel* Catalog::find_unusable(ChannelId id) const {
  const auto found = std::ranges::lower_bound(unusable_, id, {}, &UnusableChannel::id);
  return found != unusable_.end() && found->id == id ? &*found : nullptr;
}

const PriceEntry* Catalog::find_price(std::string_view model) const {
  const auto exact =
      std::ranges::lower_bound(prices_, model, {}, [](const auto& entry) { return std::string_view(entry.first); });
  if (exact != prices_.end() && exact->first == model) return &exact->second;
  for (const auto& [prefix, entry] : price_patterns_) {
    if (model.starts_with(prefix)) return &entry;
  }
  return nullptr;
}

Result<const ledger::Price*> Catalog::price_of(const MappedModel& mapped, std::string_view requested) const {
  if (const PriceEntry* entry = find_price(mapped.billed)) return &entry->price;
  if (mapped.billed != requested) {
    if (const PriceEntry* entry = find_price(requested)) return &entry->price;
  }
  if (default_price_) return &*default_price_;
  return fail(ErrorCode::model_price_missing, "model '" + std::string(clip_utf8(requested, 200)) + "' has no price");
}

std::string_view Catalog::owner_of(std::string_view model) const {
  const PriceEntry* entry = find_price(model);
  if (entry == nullptr) return {};
  const auto found = std::ranges::lower_bound(owners_, entry->owner, {}, [](const auto& owner) { return owner.first; });
  return found != owners_.end() && found->first == entry->owner ? std::string_view(found->second) : std::string_view();
}

std::size_t Catalog::bytes() const {
  std::size_t total = sizeof(Catalog) + index_.bytes() + channels_.capacity() * sizeof(Channel);
  for (const Channel& channel : channels_) {
    total += channel.keys.capacity() * sizeof(ChannelKey) + channel.paths.capacity() * sizeof(UpstreamPath) +
             channel.system_prompt.capacity();
    for (const ChannelKey& key : channel.keys) {
      for (const UpstreamHeaders& headers : key.headers) {
        total += headers.fixed.capacity() * sizeof(headers.fixed[0]) +
                 headers.replaceable.capacity() * sizeof(headers.replaceable[0]) + 64;
      }
    }
  }
  return total + (prices_.capacity() + price_patterns_.capacity()) * sizeof(prices_[0]) +
         groups_.size() * sizeof(Group);
}

}  // namespace tollgate::catalog
