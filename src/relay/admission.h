#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/chooser.h"
#include "catalog/token.h"
#include "http/message.h"
#include "llm/model_argument.h"
#include "relay/metering.h"
#include "relay/request_body.h"

namespace tollgate::relay {

/// Larger bodies are read and written anew off the loop.
inline constexpr std::size_t kWorkOnLoopBytes = std::size_t{1} << 20;

/// What only choosing, sending and retrying need: let go of at the answer's head, so that a long stream holds neither
/// its request nor an old snapshot.
struct Admission {
  std::shared_ptr<const catalog::Catalog> catalog;  ///< pinned
  std::optional<ClientBody> body;
  std::optional<catalog::Chooser> chooser;
  std::string model;            ///< as asked for, without `#argument`
  bool renamed = false;         ///< the body does not say just that
  llm::ModelArgument argument;  ///< of a conversation; elsewhere it says nothing

  // Of the attempt under way; reused by the next.
  UpstreamBody upstream;
  catalog::MappedModel mapped;  ///< what the channel calls the model; views into its mapping, `model`, `mapped_name`
  std::string mapped_name;
  std::string path;
  http::HeaderBlock headers;

  void clear() {
    body.reset();
    chooser.reset();
    upstream.conversion.reset();
    upstream.text.clear();
    if (upstream.text.capacity() > kKeptBytes) upstream.text = {};
    catalog.reset();
  }

 private:
  static constexpr std::size_t kKeptBytes = 64 * 1024;
};

}  // namespace tollgate::relay
