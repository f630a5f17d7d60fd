#include "net/tls.h"

#include <array>
#include <atomic>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "net/dialer.h"
#include "net/event.h"
#include "net/run_blocking.h"
#include "net/tcp.h"
#include "net/test_certificate.h"
#include "net/test_server.h"
#include "net/test_tls_front.h"

namespace tollgate::net {
namespace {

const Pem& pem() {
  static const Pem made = self_signed("DNS:good.example,IP:127.0.0.1");
  return made;
}

std::vector<IpAddress> loopback() { return {*IpAddress::parse("127.0.0.1")}; }

Task<std::string> read_all(ByteStream& stream) {
  std::string out;
  std::array<char, 5000> bytes;
  for (;;) {
    const IoResult got = stream.try_read(bytes);
    if (got.status == IoStatus::ok) out.append(bytes.data(), got.bytes);
    if (got.status == IoStatus::closed) co_return out;
    if (got.status == IoStatus::failed) co_return out + "<failed: " + stream.last_error() + ">";
    if (got.status == IoStatus::would_block) (void)co_await stream.wait(Readiness::readable);
  }
}

/// A TLS server that echoes until its client is done, and a dialer, on one worker.
class TlsTest : public ::testing::Test {
 protected:
  TlsTest() : offload_(make_offload({.threads = 1})) {
    worker_.start();
    run([&]() -> Task<void> {
      dns_ = std::make_unique<DnsCache>(worker_, *offload_,
                                        [](const std::string&) { return Result<std::vector<IpAddress>>(loopback()); });
      dialer_ = std::make_unique<Dialer>(worker_, *dns_);
      co_return;
    });
    serve(pem());
  }
  ~TlsTest() override {
    run([&]() -> Task<void> {
      listener_.reset();
      dialer_.reset();
      dns_.reset();
      co_return;
    });
    worker_.stop();
  }
  template <class Fn>
  void run(Fn fn) {
    run_blocking(worker_, fn());
  }
  void serve(const Pem& with) {
    run([&]() -> Task<void> {
      auto context = TlsContext::for_server(with.certificate, Secret(with.key)).value();
      listener_ =
          Listener::open(worker_, {.host = "127.0.0.1", .shared = false}, [this, context](int fd, const IpAddress&) {
            worker_.spawn(echo(worker_, fd, context));
          }).value();
      co_return;
    });
  }
  static Task<void> echo(Worker& worker, int fd, std::shared_ptr<TlsContext> context) {
    auto stream = co_await tls_accept(worker, fd, std::move(context), worker.in_ms(5'000));
    if (!stream) co_return;
    std::array<char, 5000> bytes;
    for (;;) {
      const IoResult got = (*stream)->try_read(bytes);
      if (got.status == IoStatus::ok) {
        if (co_await write_all(**stream, {bytes.data(), got.bytes}, Deadline::never()) != WaitStatus::ready) co_return;
      } else if (got.status == IoStatus::would_block) {
        (void)co_await (*stream)->wait(Readiness::readable);
      } else {
        (*stream)->close_write();
        co_return;
      }
    }
  }
  Endpoint endpoint(const std::string& host, const std::string& ca) {
    Endpoint out = Endpoint::parse("https://" + host + ":" + std::to_string(listener_->port()), nullptr).value();
    out.trust.ca_pem = ca;
    out.seal();
    return out;
  }
  Task<Result<std::string>> talk(const Endpoint& where, std::string_view text, bool* reused = nullptr) {
    auto stream = co_await dialer_->dial(where, {});
    if (!stream) co_return std::unexpected(std::move(stream.error()));
    EXPECT_EQ(co_await write_all(**stream, text, Deadline::never()), WaitStatus::ready);
    (*stream)->close_write();
    std::string answer = co_await read_all(**stream);
    if (reused != nullptr) *reused = tls_session_reused(**stream);
    co_return answer;
  }
  void expect_large_messages(const Endpoint& where) {
    std::string big;
    for (int i = 0; big.size() < 3'000'000; ++i) big += std::to_string(i);
    run([&]() -> Task<void> {
      auto stream = (co_await dialer_->dial(where, {})).value();
      std::string received;
      Event read(worker_);
      worker_.spawn([](ByteStream& from, std::string& into, Event& end) -> Task<void> {
        into = co_await read_all(from);
        end.set();
      }(*stream, received, read));
      // In uneven pieces, several a write.
      std::string_view left = big;
      for (std::size_t size = 1; !left.empty(); size = size * 7 % 30'011 + 1) {
        const std::string_view pieces[] = {left.substr(0, size), "",
                                           left.substr(std::min(size, left.size()), 3 * size)};
        const IoResult wrote = stream->try_write(pieces);
        EXPECT_NE(wrote.status, IoStatus::failed);
        if (wrote.status == IoStatus::failed) break;
        left.remove_prefix(wrote.bytes);
        if (wrote.status == IoStatus::would_block) (void)co_await stream->wait(Readiness::writable);
      }
      stream->close_write();
      (void)co_await read.wait();
      EXPECT_TRUE(received == big);
    });
  }
  std::optional<Error> failure(const Endpoint& where) {
    std::optional<Error> out;
    run([&]() -> Task<void> {
      auto answer = co_await talk(where, "secret");
      if (!answer) out = std::move(answer.error());
    });
    return out;
  }

  Worker worker_;
  std::unique_ptr<Offload> offload_;
  std::unique_ptr<DnsCache> dns_;
  std::unique_ptr<Dialer> dialer_;
  std::unique_ptr<Listener> listener_;
};

TEST_F(TlsTest, SpeaksWithAPeerThatItTrusts) {
  for (const char* host : {"good.example", "127.0.0.1"}) {
    const Endpoint where = endpoint(host, pem().certificate);
    run([&]() -> Task<void> { EXPECT_EQ((co_await talk(where, "hello")).value(), "hello"); });
  }
}

TEST_F(TlsTest, CarriesLargeMessages) { expect_large_messages(endpoint("good.example", pem().certificate)); }

TEST_F(TlsTest, RefusesWhomItDoesNotTrust) {
  const auto unknown = failure(endpoint("good.example", ""));
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->code(), ErrorCode::upstream_tls_failed);
  EXPECT_NE(unknown->detail().find("certificate"), std::string::npos) << unknown->detail();

  // A certificate without addresses is none for an address either.
  const Pem names_only = self_signed("DNS:good.example");
  serve(names_only);
  for (const char* host : {"wrong.example", "127.0.0.1"}) {
    const auto wrong_host = failure(endpoint(host, names_only.certificate));
    ASSERT_TRUE(wrong_host) << host;
    EXPECT_EQ(wrong_host->code(), ErrorCode::upstream_tls_failed);
    EXPECT_NE(wrong_host->detail().find("mismatch"), std::string::npos) << wrong_host->detail();
  }

  const Pem expired = self_signed("DNS:good.example", -3600);
  serve(expired);
  const auto late = failure(endpoint("good.example", expired.certificate));
  ASSERT_TRUE(late);
  EXPECT_NE(late->detail().find("expired"), std::string::npos) << late->detail();
}

TEST_F(TlsTest, BelievesAnybodyOnlyWhenTold) {
  Endpoint where = endpoint("wrong.example", "");
  where.trust.verify = false;
  where.seal();
  run([&]() -> Task<void> { EXPECT_EQ((co_await talk(where, "hello")).value(), "hello"); });
}

TEST_F(TlsTest, ResumesSessions) {
  const Endpoint where = endpoint("good.example", pem().certificate);
  run([&]() -> Task<void> {
    bool reused = true;
    EXPECT_TRUE(co_await talk(where, "first", &reused));
    EXPECT_FALSE(reused);
    EXPECT_TRUE(co_await talk(where, "second", &reused));
    EXPECT_TRUE(reused);
  });
}

TEST_F(TlsTest, NamesWhatBrokeAHandshake) {
  TestServer plain([](TestPeer& peer) {
    peer.read(5);
    peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  TestServer closes([](TestPeer& peer) { peer.read(5); });
  TestServer silent([](TestPeer& peer) { peer.read(100'000); });
  const auto to = [](std::uint16_t port) {
    return Endpoint::parse("https://127.0.0.1:" + std::to_string(port), nullptr).value();
  };
  EXPECT_EQ(failure(to(plain.port()))->code(), ErrorCode::upstream_tls_failed);
  EXPECT_EQ(failure(to(closes.port()))->code(), ErrorCode::upstream_tls_failed);
  std::optional<Error> late;
  run([&]() -> Task<void> {
    auto stream = co_await dialer_->dial(to(silent.port()), {.tls_ms = 20});
    late = std::move(stream.error());
  });
  EXPECT_EQ(late->code(), ErrorCode::upstream_timeout);
  EXPECT_NE(late->message().find("TLS"), std::string::npos);
}

/// A proxy that speaks TLS, has `certificate`, and leads to 127.0.0.1 whatever it is asked for.
class TlsProxyTest : public TlsTest {
 protected:
  Endpoint through(const TlsFront& front, Endpoint where) const {
    where.proxy = Proxy::parse("https://user:pass@127.0.0.1:" + std::to_string(front.port())).value();
    where.seal();
    return where;
  }

  ~TlsProxyTest() override { stopping_ = true; }

  std::atomic<bool> stopping_ = false;
  std::atomic<int> asked_ = 0;
  TestServer proxy_{[this](TestPeer& peer) {
    if (!peer.read_until("\r\n\r\n").starts_with("CONNECT good.example:")) return;
    ++asked_;
    peer.write("HTTP/1.1 200 Connection established\r\n\r\n");
    const int upstream = connect_locally(listener_->port());
    join_ends(peer.fd(), upstream, stopping_);
    ::close(upstream);
  }};
};

TEST_F(TlsProxyTest, LeadsToAPeerWithTlsOfItsOwn) {
  const TlsFront front(pem(), proxy_.port());
  const Endpoint where = through(front, endpoint("good.example", pem().certificate));
  for (const bool again : {false, true}) {
    bool reused = false;
    run([&]() -> Task<void> { EXPECT_EQ((co_await talk(where, "hello", &reused)).value(), "hello"); });
    EXPECT_EQ(reused, again) << "the session is the peer's, not the proxy's";
  }
  EXPECT_EQ(asked_, 2);
  EXPECT_EQ(front.served(), 2);
}

TEST_F(TlsProxyTest, CarriesLargeMessages) {
  const TlsFront front(pem(), proxy_.port());
  expect_large_messages(through(front, endpoint("good.example", pem().certificate)));
}

TEST_F(TlsProxyTest, IsToldNothingUnlessItsCertificateIsGood) {
  const Pem other = self_signed("DNS:elsewhere.example");
  for (const Pem& bad : {other, pem()}) {
    const TlsFront front(bad, proxy_.port());
    Endpoint where = through(front, endpoint("good.example", other.certificate));
    where.trust.verify = false;  // of the peer, not of the proxy
    where.seal();
    const auto refused = failure(where);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code(), ErrorCode::upstream_tls_failed);
    EXPECT_EQ(refused->message(), "TLS with the proxy failed");
  }
  EXPECT_EQ(asked_, 0);
}

TEST_F(TlsProxyTest, DoesNotVouchForItsPeer) {
  const Pem own = self_signed("IP:127.0.0.1");
  const TlsFront front(own, proxy_.port());
  const auto refused = failure(through(front, endpoint("good.example", own.certificate)));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->message(), "TLS with the provider failed");
  EXPECT_EQ(asked_, 1);
}

TEST(TlsContext, RefusesUnusableSettings) {
  EXPECT_EQ(TlsContext::for_client({.ca_pem = "nonsense"}).error().code(), ErrorCode::upstream_tls_failed);
  EXPECT_FALSE(TlsContext::for_server("nonsense", Secret("nonsense")));
  EXPECT_FALSE(TlsContext::for_server(pem().certificate, Secret("nonsense")));
  EXPECT_FALSE(TlsContext::for_server(pem().certificate, Secret(self_signed("DNS:x").key)));
  EXPECT_EQ(TlsContext::for_client({}).value(), TlsContext::for_client({}).value()) << "one for each distinct trust";
}

}  // namespace
}  // namespace tollgate::net
