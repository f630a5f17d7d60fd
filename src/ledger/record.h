#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/error.h"
#include "base/ids.h"
#include "ledger/names.h"
#include "llm/ids.h"
#include "llm/usage.h"
#include "telemetry/request_id.h"

/// The journal's records: what one is, and its bytes. A record fills one slot of 256 bytes and explains itself.
///
/// All numbers are little-endian. A slot of zeros was never written.
///
///      offset size
///           0    4  checksum: CRC-32C of the journal's identity, the slot's number (8 bytes), and bytes 4..255
///           4    1  kind: 1 name, 2 open, 3 mark, 4 settle, 5 release
///           5    1  format, 1
///           6    2  flags: 1 stream, 2 no log row, 4 backup group, 8 usage estimated, 16 cut short, 32 per call
///
///     name:
///           8    8  id (names.h)
///          16    2  length of the text
///          18  224  text, UTF-8, zeros after it
///
///     open, mark, settle, release:
///           8    8  call: the slot of its `open`; in a release that follows no `open`, its own slot
///          16    8  user                        24    8  token, 0: none          32    8  channel, 0: none
///          40    8  quota: open: set aside; mark: earned so far; settle: charged; release: 0
///          48    8  created, milliseconds since 1970
///          56    8  model   64  8  model upstream, 0: the same    72  8  group    80  8  error's name, 0: none
///          88    8  price version
///          96    8  group ratio's mantissa (its scale: byte 118)
///         104    4  latency, ms                108    4  time to the first byte of a stream's content, ms; 0: none
///         112    2  HTTP status                114    1  operation
///         115    1  dialect of the client      116    1  dialect upstream      117    1  mode (bytes, patch, convert)
///         118    1  group ratio's scale        119    1  attempts made (255: that or more)
///         120    2  which counts are there, bit i for count i
///         122   66  eleven counts of 6 bytes: input uncached, cache read, cache write 5m, 1h, input audio, input
///         image,
///                   output, reasoning, output audio, output image, web searches
///         188   31  request id
///         219    1  0
///         220   16  client's address, IPv6 or IPv4-mapped; zeros: unknown
///         236   20  four attempts of 5 bytes: channel (4), error code (1; 255: it answered). Of more than four the
///         first
///                   three and the last.
namespace tollgate::ledger {

inline constexpr std::size_t kSlotBytes = 256;
inline constexpr std::uint8_t kFormat = 1;
using SlotView = std::span<const std::byte, kSlotBytes>;
using SlotBytes = std::span<std::byte, kSlotBytes>;

enum class RecordKind : std::uint8_t { name = 1, open = 2, mark = 3, settle = 4, release = 5 };

/// Where a call was tried. `error` is empty for the attempt that answered.
struct Attempt {
  ChannelId channel;
  std::optional<ErrorCode> error;
  friend bool operator==(const Attempt&, const Attempt&) = default;
};

inline constexpr std::size_t kKeptAttempts = 4;

/// Everything that is written down about a call: the fields of its log row. Filled in as it becomes known.
struct CallFacts {
  telemetry::RequestId request_id;
  std::int64_t created_ms = 0;
  NameId model = NameId::none;
  NameId upstream_model = NameId::none;  ///< none: the same as `model`
  NameId group = NameId::none;
  NameId error = NameId::none;  ///< the error code's name if the call failed
  ChannelId channel;            ///< that answered, or was tried last
  std::uint32_t latency_ms = 0;
  std::uint32_t first_byte_ms = 0;  ///< of a stream's content; 0: none
  std::uint16_t status = 0;
  llm::Operation operation = llm::Operation::chat;
  llm::DialectId client_dialect = llm::DialectId::openai_chat;
  llm::DialectId upstream_dialect = llm::DialectId::openai_chat;
  std::uint8_t mode = 0;  ///< llm::Mode
  bool stream = false;
  bool no_log = false;        ///< charge, but write no log row (LogConsumeEnabled is off)
  bool backup_group = false;  ///< `group` is the token's fallback
  bool estimated = false;     ///< the upstream reported no usage: the counts are ours
  bool cut_short = false;     ///< the answer did not reach its end
  std::array<std::uint8_t, 16> client_ip{};
  std::uint8_t attempt_count = 0;
  std::array<Attempt, kKeptAttempts> attempts{};

  /// Keeps the first three and the last.
  void add_attempt(ChannelId tried, std::optional<ErrorCode> error);
  friend bool operator==(const CallFacts&, const CallFacts&) = default;
};

/// A record of a call.
struct CallRecord {
  RecordKind kind = RecordKind::open;
  std::uint64_t call = 0;
  UserId user;
  TokenId token;
  Quota quota = 0;
  std::int64_t price_version = 0;
  Decimal group_ratio{1};
  bool per_call = false;
  llm::Usage usage;
  CallFacts facts;
  friend bool operator==(const CallRecord&, const CallRecord&) = default;
};

struct NameRecord {
  NameId id = NameId::none;
  std::string_view text;  ///< in the slot's bytes
};

/// Which journal: a worker of one start of one node of one ledger.
struct JournalId {
  std::string ledger;  ///< uuid
  std::string node;    ///< uuid
  std::int64_t epoch = 0;
  std::uint32_t worker = 0;

  friend bool operator==(const JournalId&, const JournalId&) = default;
  /// `node/epoch/worker`: its key in the database of its ledger.
  [[nodiscard]] std::string key() const;
  /// Part of every checksum: a slot of another journal is damaged, not data.
  [[nodiscard]] std::uint32_t seed() const;
};

/// CRC-32C (Castagnoli) of `bytes`, going on from `crc`. By the processor's instruction where it has one.
[[nodiscard]] std::uint32_t crc32c(std::uint32_t crc, std::span<const std::byte> bytes);
/// The same by tables, for processors without it.
[[nodiscard]] std::uint32_t crc32c_portable(std::uint32_t crc, std::span<const std::byte> bytes);

void encode_call(const CallRecord& record, std::uint32_t seed, std::uint64_t slot, SlotBytes out);
/// `text` beyond kMaxNameBytes is cut.
void encode_name(const NameRecord& record, std::uint32_t seed, std::uint64_t slot, SlotBytes out);

enum class SlotState : std::uint8_t { empty, name, call, damaged };

/// What a slot holds. Hostile bytes are `damaged`, never undefined behaviour: enumerations, counts, scales and lengths
/// are checked even under a right checksum.
/// @param call, name  One of them is filled in, as the answer says.
[[nodiscard]] SlotState decode(SlotView slot_bytes, std::uint32_t seed, std::uint64_t slot, CallRecord& call,
                               NameRecord& name);

}  // namespace tollgate::ledger
