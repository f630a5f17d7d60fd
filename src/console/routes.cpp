#include "console/routes.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "console/negotiation.h"
#include "console/pages.h"
#include "console/shell.h"
#include "crypto/encoding.h"
#include "crypto/random.h"

namespace tollgate::console {
namespace {

constexpr std::string_view kPage = "index.html";
constexpr std::string_view kHashedNames = "assets/";
constexpr std::size_t kNonceBytes = 16;

/// Its name tells its content, so it never changes.
constexpr std::string_view kForever = "public, max-age=31536000, immutable";
constexpr std::string_view kAskAgain = "no-cache";

const File* find(std::span<const File> files, std::string_view path) {
  const auto found = std::ranges::lower_bound(files, path, {}, &File::path);
  return found != files.end() && found->path == path ? &*found : nullptr;
}

net::Task<void> refuse(http::Exchange& exchange) {
  (void)co_await exchange.respond_error(Error(ErrorCode::not_found, "unknown path"));
}

class Console {
 public:
  Console(std::span<const File> files, std::string_view base)
      : files_(files), shell_(find(files, kPage)->plain, base) {}

  net::Task<void> answer(http::Exchange& exchange) const {
    const std::string_view path = exchange.params().get("path");
    if (const File* file = path == kPage ? nullptr : find(files_, path)) {
      co_await send_file(exchange, *file);
    } else if (is_page(path) && accepts_html(exchange.head().headers.get("accept"))) {
      co_await send_page(exchange);
    } else {
      co_await refuse(exchange);
    }
  }

 private:
  static net::Task<void> send_file(http::Exchange& exchange, const File& file) {
    const http::Headers& asked = exchange.head().headers;
    const Representation chosen = choose(file, asked.get("accept-encoding"));
    http::HeaderBlock headers{{"Cache-Control", file.path.starts_with(kHashedNames) ? kForever : kAskAgain},
                              {"ETag", chosen.etag},
                              {"Vary", "Accept-Encoding"},
                              {"X-Content-Type-Options", "nosniff"}};
    if (names_etag(asked.get("if-none-match"), chosen.etag)) {
      (void)co_await exchange.respond(304, headers, std::string_view());
      co_return;
    }
    headers.add("Content-Type", file.content_type);
    if (!chosen.encoding.empty()) headers.add("Content-Encoding", chosen.encoding);
    (void)co_await exchange.respond(200, headers, chosen.bytes);
  }

  net::Task<void> send_page(http::Exchange& exchange) const {
    const std::string nonce = crypto::base64(crypto::random_bytes(kNonceBytes));
    const http::HeaderBlock headers{
        {"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", kAskAgain},
        {"Content-Security-Policy", policy(nonce)},   {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "same-origin"},           {"Cross-Origin-Opener-Policy", "same-origin"}};
    (void)co_await exchange.respond(200, headers, shell_.render(nonce));
  }

  std::span<const File> files_;
  Shell shell_;
};

}  // namespace

std::vector<http::Route> console_routes(std::span<const File> files, std::string_view base) {
  if (files.empty()) return {};
  const auto console = std::make_shared<const Console>(files, base);
  std::vector<http::Route> routes;
  const auto add = [&](http::Method method, http::Handler handler) {
    routes.push_back(
        {.method = method, .pattern = "/*path", .handler = std::move(handler), .render_error = {}, .name = "console"});
  };
  add(http::Method::get, [console](http::Exchange& exchange) { return console->answer(exchange); });
  // Otherwise an unknown path would be told to be one that takes GET.
  using enum http::Method;
  for (const http::Method method : {post, put, patch, del, options, other}) add(method, refuse);
  return routes;
}

}  // namespace tollgate::console
