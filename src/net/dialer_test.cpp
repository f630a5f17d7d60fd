#include "net/dialer.h"

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include "net/run_blocking.h"
#include "net/test_server.h"

namespace tollgate::net {
namespace {

using namespace std::string_literals;

TEST(Endpoint, SplitsAUrl) {
  std::string path;
  const Endpoint endpoint = Endpoint::parse(" https://API.Example.com./v1/ ", &path).value();
  EXPECT_TRUE(endpoint.tls);
  EXPECT_EQ(endpoint.host, "api.example.com");
  EXPECT_EQ(endpoint.port, 443);
  EXPECT_EQ(endpoint.host_header, "api.example.com");
  EXPECT_EQ(path, "/v1");
  EXPECT_EQ(Endpoint::parse("http://h:8080", nullptr)->host_header, "h:8080");
  EXPECT_EQ(Endpoint::parse("http://[2001:DB8::1]:81/", nullptr)->host_header, "[2001:db8::1]:81");
  EXPECT_EQ(Endpoint::parse("http://[::1]", nullptr)->host, "::1");
  EXPECT_EQ(Endpoint::parse("https://a", nullptr)->key, Endpoint::parse("https://A:443/", nullptr)->key);
  EXPECT_NE(Endpoint::parse("https://a", nullptr)->key, Endpoint::parse("http://a:443", nullptr)->key);
}

TEST(Endpoint, SaysWhatIsWrongWithAUrl) {
  std::string path;
  for (const char* url :
       {"", "example.com", "ftp://a", "http://", "http://:80", "http://a:0", "http://a:65536", "http://a:x",
        "http://u:p@a", "http://a?x", "http://a#x", "http://a b", "http://[::1", "http://[zz]", "http://a\r\nHost: b",
        "http://a/b c", "http://a\\b", "http://1.2.3.4:80:90"}) {
    const auto endpoint = Endpoint::parse(url, &path);
    ASSERT_FALSE(endpoint) << url;
    EXPECT_EQ(endpoint.error().code(), ErrorCode::invalid_request);
    EXPECT_FALSE(endpoint.error().message().empty());
  }
  EXPECT_FALSE(Endpoint::parse("http://a/path", nullptr));
}

TEST(ProxyUrl, IsSplitAndItsSecretsStayHidden) {
  const Proxy proxy = Proxy::parse("socks5://us%40er:p%3Aw@Proxy.example:1081").value();
  EXPECT_EQ(proxy.kind, ProxyKind::socks5);
  EXPECT_EQ(proxy.host, "proxy.example");
  EXPECT_EQ(proxy.port, 1081);
  EXPECT_EQ(proxy.user, "us@er");
  EXPECT_EQ(proxy.password.reveal(), "p:w");
  EXPECT_EQ(Proxy::parse("")->kind, ProxyKind::none);
  EXPECT_EQ(Proxy::parse("http://h")->port, 80);
  EXPECT_EQ(Proxy::parse("socks5://h")->port, 1080);
  EXPECT_EQ(Proxy::parse("https://h")->port, 443);
  EXPECT_EQ(Proxy::parse("https://h")->kind, ProxyKind::https_connect);
  EXPECT_NE(Proxy::parse("https://h:1")->key(), Proxy::parse("http://h:1")->key());
  for (const char* url : {"h:80", "ftp://user:topsecret@h", "http://user:topsecret@", "http://user:topsecret@h:x"}) {
    const auto bad = Proxy::parse(url);
    ASSERT_FALSE(bad) << url;
    EXPECT_EQ(bad.error().message().find("topsecret"), std::string::npos);
  }
}

class DialerTest : public ::testing::Test {
 public:
  DialerTest() : offload_(make_offload({.threads = 1})) {
    worker_.start();
    worker_.post([this] {
      dns_ = std::make_unique<DnsCache>(worker_, *offload_, [this](const std::string& host) {
        const std::scoped_lock lock(mutex_);
        asked_.push_back(host);
        std::vector<IpAddress> out;
        for (const char* text : answer_) out.push_back(*IpAddress::parse(text));
        return out.empty() ? Result<std::vector<IpAddress>>(fail(ErrorCode::upstream_connect_failed, "unknown name"))
                           : Result<std::vector<IpAddress>>(out);
      });
      dialer_ = std::make_unique<Dialer>(worker_, *dns_);
    });
  }
  ~DialerTest() override {
    worker_.post([this] {
      dialer_.reset();
      dns_.reset();
    });
    worker_.stop();
  }

  struct Dialed {
    std::optional<Error> error;
    std::string answer;
  };
  /// Dials, says "ping", and reads what comes.
  Dialed dial(const Endpoint& endpoint, DialDeadlines deadlines = {}) {
    return run_blocking(worker_, [](DialerTest& self, const Endpoint& where, DialDeadlines limits) -> Task<Dialed> {
      Dialed out;
      auto stream = co_await self.dialer_->dial(where, limits);
      if (!stream) {
        out.error = std::move(stream.error());
        co_return out;
      }
      EXPECT_EQ(co_await write_all(**stream, "ping", Deadline::never()), WaitStatus::ready);
      std::array<char, 100> bytes;
      for (;;) {
        const IoResult got = (*stream)->try_read(bytes);
        if (got.status == IoStatus::ok) out.answer.append(bytes.data(), got.bytes);
        if (got.status == IoStatus::closed || got.status == IoStatus::failed) co_return out;
        if (got.status == IoStatus::would_block) (void)co_await (*stream)->wait(Readiness::readable);
      }
    }(*this, endpoint, deadlines));
  }
  static Endpoint at(const std::string& host, std::uint16_t port) {
    return Endpoint::parse("http://" + host + ":" + std::to_string(port), nullptr).value();
  }

  Worker worker_;
  std::unique_ptr<Offload> offload_;
  std::unique_ptr<DnsCache> dns_;
  std::unique_ptr<Dialer> dialer_;
  std::mutex mutex_;
  std::vector<const char*> answer_ = {"127.0.0.1"};
  std::vector<std::string> asked_;
};

void answer_ping(TestPeer& peer) {
  if (peer.read(4) == "ping") peer.write("pong");
}

TEST_F(DialerTest, ConnectsByNameAndByAddress) {
  TestServer server(answer_ping);
  EXPECT_EQ(dial(at("name.example", server.port())).answer, "pong");
  EXPECT_EQ(dial(at("127.0.0.1", server.port())).answer, "pong");
  EXPECT_EQ(asked_, std::vector<std::string>{"name.example"});
}

TEST_F(DialerTest, FallsBackToTheOtherFamilyAndTheNextAddress) {
  TestServer server(answer_ping);
  // Nothing listens on the first ones; one of them refuses, 192.0.2.1 leads nowhere.
  answer_ = {"::1", "127.0.0.2", "127.0.0.1"};
  EXPECT_EQ(dial(at("name.example", server.port())).answer, "pong");
  answer_ = {"192.0.2.1", "127.0.0.1"};
  EXPECT_EQ(dial(at("slow.example", server.port())).answer, "pong");
}

TEST_F(DialerTest, NamesTheReasonWhenNothingAnswers) {
  std::uint16_t port = 0;
  {
    TestServer gone(answer_ping);
    port = gone.port();
  }
  const Dialed refused = dial(at("127.0.0.1", port));
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->code(), ErrorCode::upstream_connect_failed);
  answer_ = {"127.0.0.1", "127.0.0.2"};
  const Dialed both = dial(at("two.example", port));
  ASSERT_TRUE(both.error);
  EXPECT_EQ(both.error->code(), ErrorCode::upstream_connect_failed);
  answer_ = {};
  const Dialed unknown = dial(at("unknown.example", port));
  ASSERT_TRUE(unknown.error);
  EXPECT_EQ(unknown.error->code(), ErrorCode::upstream_connect_failed);
}

TEST_F(DialerTest, GuardsAgainstAddressesThatAreNotPublic) {
  TestServer server(answer_ping);
  for (const char* host : {"127.0.0.1", "name.example", "[::1]", "169.254.169.254", "[::ffff:127.0.0.1]"}) {
    Endpoint endpoint = at(host, server.port());
    endpoint.guarded = true;
    endpoint.seal();
    const Dialed out = dial(endpoint);
    ASSERT_TRUE(out.error) << host;
    EXPECT_EQ(out.error->code(), ErrorCode::upstream_connect_failed);
    EXPECT_NE(out.error->message().find("not public"), std::string::npos);
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(DialerTest, AsksAnHttpProxyWithCredentials) {
  std::string asked;
  TestServer proxy([&](TestPeer& peer) {
    asked = peer.read_until("\r\n\r\n");
    peer.write("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n");
    answer_ping(peer);
  });
  Endpoint endpoint = at("target.example", 8443);
  endpoint.proxy = Proxy::parse("http://user:pass@127.0.0.1:" + std::to_string(proxy.port())).value();
  EXPECT_EQ(dial(endpoint).answer, "pong");
  EXPECT_TRUE(asked.starts_with("CONNECT target.example:8443 HTTP/1.1\r\nHost: target.example:8443\r\n")) << asked;
  EXPECT_NE(asked.find("\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n"), std::string::npos) << asked;
  EXPECT_TRUE(asked_.empty()) << "the proxy resolves the name";
}

TEST_F(DialerTest, SaysWhyAnHttpProxyRefused) {
  for (const std::string answer : {"HTTP/1.1 407 Auth\r\n\r\n", "HTTP/1.1 403 No\r\n\r\n", "SSH-2.0\r\n\r\n", "",
                                   "HTTP/1.1 200 OK\r\n\r\nearly"}) {
    TestServer proxy([&](TestPeer& peer) {
      peer.read_until("\r\n\r\n");
      peer.write(answer);
    });
    Endpoint endpoint = at("target.example", 80);
    endpoint.proxy = Proxy::parse("http://user:topsecret@127.0.0.1:" + std::to_string(proxy.port())).value();
    const Dialed out = dial(endpoint);
    ASSERT_TRUE(out.error) << answer;
    EXPECT_EQ(out.error->code(), ErrorCode::upstream_connect_failed);
    EXPECT_FALSE(out.error->detail().empty());
    EXPECT_EQ(out.error->detail().find("topsecret"), std::string::npos);
  }
}

TEST_F(DialerTest, AsksASocksProxyWithCredentials) {
  std::string login, request;
  TestServer proxy([&](TestPeer& peer) {
    EXPECT_EQ(peer.read(4), "\x05\x02\x00\x02"s);
    peer.write("\x05\x02"s);
    login = peer.read(1 + 1 + 4 + 1 + 4);
    peer.write("\x01\x00"s);
    request = peer.read(4 + 1 + 14 + 2);
    peer.write("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50"s);
    answer_ping(peer);
  });
  Endpoint endpoint = at("target.example", 8443);
  endpoint.proxy = Proxy::parse("socks5://user:pass@127.0.0.1:" + std::to_string(proxy.port())).value();
  EXPECT_EQ(dial(endpoint).answer, "pong");
  EXPECT_EQ(login, "\x01\x04user\x04pass"s);
  EXPECT_EQ(request, "\x05\x01\x00\x03\x0etarget.example\x20\xfb"s);
}

TEST_F(DialerTest, TellsASocksProxyAddressesAsSuch) {
  std::string v4, v6;
  TestServer proxy([&](TestPeer& peer) {
    EXPECT_EQ(peer.read(3), "\x05\x01\x00"s);
    peer.write("\x05\x00"s);
    const std::string head = peer.read(4);
    (head[3] == 1 ? v4 : v6) = peer.read(head[3] == 1 ? 6 : 18);
    peer.write("\x05\x00\x00\x03\x01x\x00\x50"s);
    answer_ping(peer);
  });
  for (const char* host : {"192.0.2.7", "[2001:db8::1]"}) {
    Endpoint endpoint = at(host, 80);
    endpoint.proxy = Proxy::parse("socks5://127.0.0.1:" + std::to_string(proxy.port())).value();
    EXPECT_EQ(dial(endpoint).answer, "pong");
  }
  EXPECT_EQ(v4, "\xc0\x00\x02\x07\x00\x50"s);
  EXPECT_EQ(v6.substr(0, 4), "\x20\x01\x0d\xb8"s);
}

TEST_F(DialerTest, SaysWhyASocksProxyRefused) {
  struct Case {
    std::string method, auth, reply;
    const char* word;
  };
  for (const Case& c : {Case{"\x05\xff"s, "", "", "credentials"}, Case{"\x05\x02"s, "\x01\x01"s, "", "credentials"},
                        Case{"\x05\x00"s, "", "\x05\x05\x00\x01"s, "refused"},
                        Case{"\x05\x00"s, "", "\x05\x02\x00\x01"s, "rules"}, Case{"HT"s, "", "", "SOCKS5"}}) {
    TestServer proxy([&](TestPeer& peer) {
      peer.read(4);
      peer.write(c.method);
      if (!c.auth.empty()) {
        peer.read(11);
        peer.write(c.auth);
      } else if (!c.reply.empty()) {
        peer.read(21);
        peer.write(c.reply);
      }
      peer.read(100);
    });
    Endpoint endpoint = at("target.example", 80);
    endpoint.proxy = Proxy::parse("socks5://user:pass@127.0.0.1:" + std::to_string(proxy.port())).value();
    const Dialed out = dial(endpoint);
    ASSERT_TRUE(out.error);
    EXPECT_EQ(out.error->code(), ErrorCode::upstream_connect_failed);
    EXPECT_NE(out.error->detail().find(c.word), std::string::npos) << out.error->detail();
  }
}

TEST_F(DialerTest, DoesNotWaitForASilentProxyForEver) {
  TestServer proxy([&](TestPeer& peer) { peer.read(10'000); });
  Endpoint endpoint = at("target.example", 80);
  endpoint.proxy = Proxy::parse("http://127.0.0.1:" + std::to_string(proxy.port())).value();
  const Dialed out = dial(endpoint, {.connect_ms = 30});
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code(), ErrorCode::upstream_timeout);
}

TEST_F(DialerTest, ASignalEndsADial) {
  answer_ = {"192.0.2.1", "192.0.2.2"};
  for (const char* host : {"192.0.2.1", "two.example"}) {
    const Endpoint endpoint = at(host, 9);
    const auto error = run_blocking(worker_, [](DialerTest& self, const Endpoint& where) -> Task<std::optional<Error>> {
      const auto signal = std::make_shared<CancelSignal>();
      self.worker_.spawn([](Worker& worker, std::shared_ptr<CancelSignal> stop) -> Task<void> {
        co_await worker.sleep(5);
        stop->trigger(ErrorCode::client_gone);
      }(self.worker_, signal));
      auto stream = co_await self.dialer_->dial(where, {}, signal.get());
      co_return stream ? std::nullopt : std::optional<Error>(std::move(stream.error()));
    }(*this, endpoint));
    ASSERT_TRUE(error) << host;
    // Without a route to those addresses the system itself refuses at once.
    EXPECT_TRUE(error->code() == ErrorCode::client_gone || error->code() == ErrorCode::upstream_connect_failed)
        << error->message();
  }
}

}  // namespace
}  // namespace tollgate::net
