#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tollgate::testing {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
  int status = 0;                              ///< 0: the connection ended without an answer
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< decoded when chunked
  bool complete = false;                       ///< the body ended as its framing says
};

/// A blocking HTTP/1.1 client over one connection, with the rude manners that tests need. Not for threads to share.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port, int timeout_ms = 20000);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// One request and its whole answer.
  HttpAnswer request(std::string_view method, std::string_view target, std::string_view body = {},
                     const HeaderList& headers = {});

  /// The pieces, for tests that stop half-way.
  bool send_raw(std::string_view bytes);
  bool send_request(std::string_view method, std::string_view target, std::string_view body = {},
                    const HeaderList& headers = {});
  HttpAnswer read_answer();
  /// Reads until the bytes received so far (head included) contain `text`; the bytes so far, or none on end or timeout.
  std::optional<std::string> read_until(std::string_view text);
  void half_close();
  void close();
  void reset();
  /// Reads and drops what comes until the peer ends the connection or the timeout passes.
  void drain();

 private:
  bool fill();
  int fd_ = -1;
  std::string buffer_;
};

/// One request on a connection of its own.
HttpAnswer http_request(std::uint16_t port, std::string_view method, std::string_view target,
                        std::string_view body = {}, const HeaderList& headers = {});

}  // namespace tollgate::testing
