#include "terse/serve/dtls/datagram_bio.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace terse::serve::dtls {
namespace {

DatagramPipe& pipe_of(BIO* bio) {
  return *static_cast<DatagramPipe*>(BIO_get_data(bio));
}

int read(BIO* bio, char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto datagram = std::exchange(pipe_of(bio).incoming, {});
  if (datagram.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t taken = std::min(datagram.size(), static_cast<std::size_t>(size));
  std::copy_n(datagram.begin(), taken, bytes);
  return static_cast<int>(taken);
}

int write(BIO* bio, const char* bytes, int size) {
  pipe_of(bio).outgoing(
      {reinterpret_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)});
  return size;
}

long control(BIO*, int command, long, void*) {
  // The MTU is given to the session; the rest of DTLS's questions are about sockets.
  return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
}

BIO_METHOD* method() {
  static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> made = [] {
    BIO_METHOD* of_pipe = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
    BIO_meth_set_read(of_pipe, read);
    BIO_meth_set_write(of_pipe, write);
    BIO_meth_set_ctrl(of_pipe, control);
    return std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)>(of_pipe, BIO_meth_free);
  }();
  return made.get();
}

}  // namespace

BIO* new_datagram_bio(DatagramPipe& pipe) {
  BIO* bio = BIO_new(method());
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &pipe);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace terse::serve::dtls
