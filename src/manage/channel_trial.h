#pragma once

#include <string>

#include "base/error.h"
#include "catalog/catalog.h"
#include "json/value.h"
#include "manage/services.h"
#include "net/cancel.h"
#include "net/task.h"
#include "net/worker.h"
#include "relay/channel_test.h"
#include "store/channels.h"

/// Trying a channel, as the calls that test one, a run over all, and a check of its models do it.
namespace tollgate::manage {

/// A channel as stored, or as a form describes it, and ready to be called.
struct Subject {
  store::ChannelRow row;
  catalog::Channel channel;
};
/// Errors: channel_not_usable.
[[nodiscard]] Result<Subject> subject_of(const Services& services, const config::Settings& settings,
                                         store::ChannelRow row);
/// The stored one. Blocking. Error: also not_found.
[[nodiscard]] Result<Subject> load_subject(store::Session& db, const Services& services,
                                           const config::Settings& settings, ChannelId id);

struct Tested {
  std::string model;
  relay::ChannelTestOutcome outcome;
};

/// Asks the channel, with the model that is named or the one it is tested with. Stores nothing.
/// Errors: invalid_request (there is no model to ask).
net::Task<Result<Tested>> ask(const Services& services, net::Worker& worker, const config::Settings& settings,
                              const Subject& subject, std::string model, net::CancelSignal& signal);

/// Writes down what a test found, and does what follows from it (`after_test`), in force when this returns.
/// @return whether the channel's status was changed.
net::Task<Result<bool>> follow_up(Services& services, net::Worker& worker, const config::Settings& settings,
                                  const store::ChannelRow& row, const relay::ChannelTestOutcome& outcome, bool in_run);

/// The members of a test's answer.
[[nodiscard]] json::object tested_value(const Tested& tested);

}  // namespace tollgate::manage
