// The ways to an upstream: TLS with an authority of one's own, and proxies that want credentials. The upstream is
// another gateway with a certificate, whose demo provider answers.
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases.h"
#include "net/test_certificate.h"
#include "net/test_tls_front.h"
#include "support/tunnel_proxy.h"

namespace tollgate::testing {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class UpstreamWays : public ::testing::Test {
 protected:
  /// Starts the upstream with a certificate for `names`, and a gateway that believes it (or another one).
  void start(const std::string& names, bool believed = true) {
    const net::Pem& pem = pem_ = net::self_signed(names);
    const auto file = [&](const char* name, const std::string& text) {
      const std::filesystem::path path = folder_.path() / name;
      std::ofstream(path) << text;
      return path.string();
    };
    upstream_ = std::make_unique<TestGateway>(std::map<std::string, std::string>{
        {"tls.cert_file", file("cert.pem", pem.certificate)}, {"tls.key_file", file("key.pem", pem.key)}});
    upstream_caller_ = upstream_->add_caller();
    gateway_ = std::make_unique<TestGateway>(std::map<std::string, std::string>{
        {"upstream.ca_file", file("ca.pem", believed ? pem.certificate : net::self_signed(names).certificate)},
        {"relay.retries", "0"}});
    gateway_->set_price("demo-fast", "1", "2");
    caller_ = gateway_->add_caller();
  }
  ChannelId add_channel(const std::string& proxy = {}, const std::string& options = {}) {
    store::ChannelRow row;
    row.priority = 9;  // before the gateway's own demo channel
    row.options = options;
    const auto& parts = gateway_->parts();
    row.keys_sealed = parts.sealer->seal_text(upstream_caller_.key, catalog::sealed::kChannelKeys);
    if (!proxy.empty()) row.proxy_sealed = parts.sealer->seal_text(proxy, catalog::sealed::kChannelProxy);
    return gateway_->add_channel("openai", address(), "demo-fast", row);
  }
  [[nodiscard]] std::string address() const { return "https://localhost:" + std::to_string(upstream_->port()); }
  HttpAnswer call(bool stream = false) {
    return gateway_->post(caller_, "/v1/chat/completions", ask("demo-fast", stream));
  }
  /// Both kinds of call arrive at the upstream, in its clear text, and are charged.
  void expect_served() {
    for (const bool stream : {false, true}) {
      const Quota before = gateway_->user_books(caller_.user).used;
      const std::int64_t arrived = upstream_->number("SELECT COUNT(*) FROM logs");
      const HttpAnswer answer = call(stream);
      EXPECT_EQ(answer.status, 200) << answer.body;
      EXPECT_TRUE(answer.complete);
      EXPECT_EQ(upstream_->number("SELECT COUNT(*) FROM logs"), arrived + 1);
      EXPECT_GT(gateway_->user_books(caller_.user).used, before);
    }
  }
  void expect_refused(ErrorCode code) {
    const HttpAnswer answer = call();
    EXPECT_EQ(answer.status, traits_of(code).http) << answer.body;
    EXPECT_EQ(error_member(answer.body, "code"), traits_of(code).name);
    EXPECT_THAT(answer.body, Not(HasSubstr("topsecret")));
    EXPECT_THAT(answer.body, Not(HasSubstr("localhost"))) << "the operator's own affairs";
    EXPECT_EQ(upstream_->number("SELECT COUNT(*) FROM logs"), 0);
    EXPECT_EQ(gateway_->user_books(caller_.user).used, 0);
    EXPECT_EQ(logged_calls(*gateway_, caller_).at(0).error, traits_of(code).name);
  }

  TemporaryFolder folder_;
  net::Pem pem_;  ///< the upstream's
  std::unique_ptr<TestGateway> upstream_, gateway_;
  TestCaller upstream_caller_, caller_;
};

TEST_F(UpstreamWays, LeadOverTlsToWhomTheOwnAuthorityNames) {
  start("DNS:localhost");
  add_channel();
  expect_served();
  // The next connection takes up the session of the one before.
  app::Gateway::Parts& parts = gateway_->parts();
  parts.workers->on_each([&](net::Worker& worker) { parts.relays[worker.index()]->client.close_idle(); });
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(metric(*gateway_, R"(tollgate_upstream_connects_total{outcome="ok"})"), 1);
  EXPECT_EQ(metric(*gateway_, R"(tollgate_upstream_connects_total{outcome="resumed"})"), 1);
}

TEST_F(UpstreamWays, EndAtACertificateForAnotherName) {
  start("DNS:elsewhere.example");
  const ChannelId channel = add_channel();
  expect_refused(ErrorCode::upstream_tls_failed);
  EXPECT_EQ(gateway_->parts().health->stats(channel)->state.failures_in_row, 1U);
}

TEST_F(UpstreamWays, EndAtACertificateOfAnotherAuthority) {
  start("DNS:localhost", false);
  add_channel();
  expect_refused(ErrorCode::upstream_tls_failed);
}

TEST_F(UpstreamWays, BelieveAnybodyOnlyWhereTheChannelSaysSo) {
  start("DNS:elsewhere.example", false);
  add_channel({}, R"({"gateway":{"tls_verify":false}})");
  expect_served();
}

struct ProxyCase {
  const char* name;
  TunnelProxy::Kind kind;
  bool tls = false;  ///< to the proxy itself
};
class ProxiedWays : public UpstreamWays, public ::testing::WithParamInterface<ProxyCase> {
 protected:
  // Gone after the gateway, whose idle connections lead through it.
  ~ProxiedWays() override { gateway_.reset(); }
  /// A channel that leads through the proxy with this password.
  void add_channel_through(const std::string& password) {
    if (!GetParam().tls) {
      add_channel(proxy_.url("user", password));
      return;
    }
    front_ = std::make_unique<net::TlsFront>(pem_, proxy_.port());
    add_channel("https://user:" + password + "@localhost:" + std::to_string(front_->port()));
  }
  TunnelProxy proxy_{GetParam().kind, "user", "topsecret"};
  std::unique_ptr<net::TlsFront> front_;
};

TEST_P(ProxiedWays, LeadThroughWithTheChannelsCredentialsAndTls) {
  start("DNS:localhost");
  add_channel_through("topsecret");
  expect_served();
  // The proxy resolves the name itself.
  EXPECT_THAT(proxy_.targets(), Not(SizeIs(0)));
  EXPECT_THAT(proxy_.targets(), Each("localhost:" + std::to_string(upstream_->port())));
}

TEST_P(ProxiedWays, EndWhereTheProxyRefusesTheCredentials) {
  start("DNS:localhost");
  add_channel_through("topsecret-of-old");
  expect_refused(ErrorCode::upstream_connect_failed);
  EXPECT_EQ(proxy_.refused(), 1);
  EXPECT_THAT(proxy_.targets(), SizeIs(0));
}
INSTANTIATE_TEST_SUITE_P(Proxies, ProxiedWays,
                         ::testing::Values(ProxyCase{"http_connect", TunnelProxy::Kind::http_connect},
                                           ProxyCase{"https_connect", TunnelProxy::Kind::http_connect, true},
                                           ProxyCase{"socks5", TunnelProxy::Kind::socks5}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tollgate::testing
