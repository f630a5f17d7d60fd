#include "net/task.h"

#include <array>
#include <new>

namespace tollgate::net::detail {
namespace {

constexpr std::size_t kGrain = 128;
constexpr std::size_t kClasses = 32;       // frames up to 4 KiB
constexpr std::size_t kKeptPerClass = 64;  // so that a burst's memory goes back

struct FreeFrame {
  FreeFrame* next;
};

class FrameLists {
 public:
  ~FrameLists() {
    for (List& list : lists_) {
      while (FreeFrame* frame = list.first) {
        list.first = frame->next;
        ::operator delete(frame);
      }
      list.kept = kKeptPerClass;  // frames freed later in this thread's end are not kept
    }
  }

  void* take(std::size_t index) noexcept {
    List& list = lists_[index];
    FreeFrame* frame = list.first;
    if (frame == nullptr) return nullptr;
    list.first = frame->next;
    --list.kept;
    return frame;
  }
  bool keep(std::size_t index, void* memory) noexcept {
    List& list = lists_[index];
    if (list.kept >= kKeptPerClass) return false;
    list.first = new (memory) FreeFrame{list.first};
    ++list.kept;
    return true;
  }

 private:
  struct List {
    FreeFrame* first = nullptr;
    std::size_t kept = 0;
  };
  std::array<List, kClasses> lists_;
};

#ifndef TOLLGATE_SANITIZED  // the sanitizers must see each frame's own life
thread_local FrameLists lists;
#endif

}  // namespace

void* allocate_frame(std::size_t size) {
  const std::size_t index = (size + kGrain - 1) / kGrain;
#ifndef TOLLGATE_SANITIZED
  if (index < kClasses) {
    if (void* frame = lists.take(index)) return frame;
  }
#endif
  return ::operator new(index * kGrain);
}

void free_frame(void* frame, std::size_t size) noexcept {
#ifndef TOLLGATE_SANITIZED
  const std::size_t index = (size + kGrain - 1) / kGrain;
  if (index < kClasses && lists.keep(index, frame)) return;
#else
  (void)size;
#endif
  ::operator delete(frame);
}

}  // namespace tollgate::net::detail
