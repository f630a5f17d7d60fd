#include "net/proxy.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "net/address.h"

namespace tollgate::net {
namespace {

constexpr std::size_t kMaxAnswer = 16 * 1024;

Error refused(std::string why) {
  return Error(ErrorCode::upstream_connect_failed, "the proxy did not connect to the provider").detail(std::move(why));
}

Error stopped(WaitStatus why, const CancelSignal* signal) {
  if (signal != nullptr && signal->canceled()) return signal->error();
  if (why == WaitStatus::timeout) {
    return Error(ErrorCode::upstream_timeout, "the proxy took too long to connect to the provider");
  }
  return refused("the connection to the proxy broke");
}

std::string base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j > text.size() ? '=' : kDigits[group >> (18 - 6 * j) & 63];
    }
  }
  return out;
}

/// The conversation's bytes.
struct Talk {
  ByteStream& stream;
  Deadline deadline;
  CancelSignal* signal;
  std::string received;

  Task<Result<void>> send(std::string bytes) {
    const WaitStatus sent = co_await write_all(stream, bytes, deadline);
    if (sent != WaitStatus::ready) co_return fail(stopped(sent, signal));
    co_return Result<void>{};
  }

  /// Reads what there is and appends it.
  Task<Result<void>> more() {
    for (;;) {
      if (signal != nullptr && signal->canceled()) co_return fail(signal->error());
      std::array<char, 1024> bytes;
      const IoResult got = stream.try_read(bytes);
      if (got.status == IoStatus::ok) {
        received.append(bytes.data(), got.bytes);
        co_return Result<void>{};
      }
      if (got.status == IoStatus::closed) co_return fail(refused("the proxy closed the connection"));
      if (got.status == IoStatus::failed) co_return fail(refused(stream.last_error()));
      const WaitStatus waited = co_await stream.wait(Readiness::readable, deadline);
      if (waited != WaitStatus::ready) co_return fail(stopped(waited, signal));
    }
  }

  /// Takes exactly `count` bytes.
  Task<Result<std::string>> take(std::size_t count) {
    while (received.size() < count) {
      if (auto got = co_await more(); !got) co_return std::unexpected(std::move(got.error()));
    }
    std::string out = received.substr(0, count);
    received.erase(0, count);
    co_return out;
  }
};

Task<Result<void>> http_connect(Talk& talk, const Proxy& proxy, const std::string& host, std::uint16_t port) {
  const auto literal = IpAddress::parse(host);
  const std::string target = (literal && literal->is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(port);
  std::string head = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!proxy.user.empty() || !proxy.password.empty()) {
    head += "Proxy-Authorization: Basic " + base64(proxy.user + ":" + proxy.password.reveal()) + "\r\n";
  }
  head += "\r\n";
  if (auto sent = co_await talk.send(std::move(head)); !sent) co_return sent;
  std::size_t end = std::string::npos;
  while ((end = talk.received.find("\r\n\r\n")) == std::string::npos) {
    if (talk.received.size() > kMaxAnswer) co_return fail(refused("the proxy's answer is too long"));
    if (auto got = co_await talk.more(); !got) co_return got;
  }
  const std::string_view line = std::string_view(talk.received).substr(0, talk.received.find("\r\n"));
  if (!line.starts_with("HTTP/1.") || line.size() < 12) co_return fail(refused("the proxy does not speak HTTP"));
  const std::string_view status = line.substr(9, 3);
  if (status == "407") co_return fail(refused("the proxy wants other credentials (407)"));
  if (status.front() != '2') co_return fail(refused("the proxy answered " + std::string(line.substr(9, 64))));
  // The other side speaks only when spoken to.
  if (talk.received.size() != end + 4) co_return fail(refused("the proxy sent bytes behind its answer"));
  co_return Result<void>{};
}

std::string_view socks_reason(unsigned char code) {
  constexpr std::array<std::string_view, 9> kReasons{
      "succeeded",           "general failure",       "not allowed by its rules",
      "network unreachable", "host unreachable",      "connection refused",
      "TTL expired",         "command not supported", "address type not supported"};
  return code < kReasons.size() ? kReasons[code] : "unknown reason";
}

Task<Result<void>> socks5(Talk& talk, const Proxy& proxy, const std::string& host, std::uint16_t port) {
  using namespace std::string_literals;
  const bool with_password = !proxy.user.empty() || !proxy.password.empty();
  if (auto sent = co_await talk.send(with_password ? "\x05\x02\x00\x02"s : "\x05\x01\x00"s); !sent) co_return sent;
  auto chosen = co_await talk.take(2);
  if (!chosen) co_return std::unexpected(std::move(chosen.error()));
  if ((*chosen)[0] != '\x05') co_return fail(refused("the proxy does not speak SOCKS5"));
  if ((*chosen)[1] == '\x02' && with_password) {
    const std::string& password = proxy.password.reveal();
    std::string login = "\x01"s;
    login += static_cast<char>(proxy.user.size());
    login += proxy.user;
    login += static_cast<char>(password.size());
    login += password;
    if (auto sent = co_await talk.send(std::move(login)); !sent) co_return sent;
    auto granted = co_await talk.take(2);
    if (!granted) co_return std::unexpected(std::move(granted.error()));
    if ((*granted)[1] != '\0') co_return fail(refused("the proxy refused the credentials"));
  } else if ((*chosen)[1] != '\0') {
    co_return fail(refused("the proxy wants credentials or a method that is not supported"));
  }
  std::string request = "\x05\x01\x00"s;
  if (const auto literal = IpAddress::parse(host)) {
    request += literal->is_v6() ? '\x04' : '\x01';
    request.append(reinterpret_cast<const char*>(literal->bytes().data()), literal->is_v6() ? 16 : 4);
  } else {
    request += '\x03';
    request += static_cast<char>(host.size());
    request += host;
  }
  request += static_cast<char>(port >> 8);
  request += static_cast<char>(port & 0xff);
  if (auto sent = co_await talk.send(std::move(request)); !sent) co_return sent;
  auto reply = co_await talk.take(4);
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  if ((*reply)[0] != '\x05') co_return fail(refused("the proxy does not speak SOCKS5"));
  if ((*reply)[1] != '\0') {
    co_return fail(refused("the proxy says: " + std::string(socks_reason(static_cast<unsigned char>((*reply)[1])))));
  }
  std::size_t rest = 0;  // the bound address and port, of no interest
  if ((*reply)[3] == '\x01') {
    rest = 4;
  } else if ((*reply)[3] == '\x04') {
    rest = 16;
  } else if ((*reply)[3] == '\x03') {
    auto length = co_await talk.take(1);
    if (!length) co_return std::unexpected(std::move(length.error()));
    rest = static_cast<unsigned char>((*length)[0]);
  } else {
    co_return fail(refused("the proxy's answer is malformed"));
  }
  if (auto bound = co_await talk.take(rest + 2); !bound) co_return std::unexpected(std::move(bound.error()));
  if (!talk.received.empty()) co_return fail(refused("the proxy sent bytes behind its answer"));
  co_return Result<void>{};
}

}  // namespace

Task<Result<void>> pass_proxy(ByteStream& stream, const Proxy& proxy, const std::string& host, std::uint16_t port,
                              Deadline deadline, CancelSignal* signal) {
  const CancelWaits canceler(stream, signal);
  Talk talk{stream, deadline, signal, {}};
  if (proxy.kind == ProxyKind::socks5) co_return co_await socks5(talk, proxy, host, port);
  co_return co_await http_connect(talk, proxy, host, port);
}

}  // namespace tollgate::net
