#include "ledger/keeper.h"

#include <atomic>
#include <chrono>

#include "telemetry/log.h"

namespace tollgate::ledger {

namespace {
/// A worker at full speed uses up a few percent of a segment in it.
constexpr std::chrono::milliseconds kLookEvery{50};
}  // namespace

void Keeper::start() {
  thread_.start([this](const std::stop_token& asked) {
    do prepare();
    while (!stopped_within(asked, kLookEvery));
  });
}

void Keeper::prepare() {
  for (Journal* journal : journals_) {
    while (journal->wants_segment()) {
      if (journal->at_limit()) {
        // The slots that are left may still be used.
        static std::atomic<std::int64_t> said{0};
        if (log::every(said, 10'000)) {
          log::error("the journal has reached its size: the database does not take charges fast enough",
                     {{"journal", journal->id().key()}});
        }
        break;
      }
      if (auto made = journal->prepare_segment(); !made) {
        if (admission_.stop(Admission::Cause::disk, made.error().message())) {
          log::failure(log::Level::error, "nothing is admitted: no journal segment can be made", made.error());
        }
        return;
      }
    }
  }
  if (admission_.resume(Admission::Cause::disk)) log::info("journal segments can be made again");
}

}  // namespace tollgate::ledger
