// Where TensorFlow keeps tensors on the CPU under Linux.
//
// A training step makes and frees tensors of a dozen sizes, some thousand times. The C library's heap cannot give back what
// lies between two tensors that live on, so that the holes grow from step to step, by 0.4 GB in a step that needs 1.8 GB.
// Here each tensor has pages of its own. Freed ones are kept, side by side as one piece, and cut as new tensors need them;
// where no piece is large enough, as many pages go back to the system as the new tensor takes. So the process never holds
// more than its tensors have needed at once, and pages are cleared by the system only where they change their place.

#ifndef NLORA_TENSOR_MEMORY_H_
#define NLORA_TENSOR_MEMORY_H_

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "xla/tsl/framework/allocator.h"
#include "xla/tsl/framework/allocator_registry.h"

namespace nlora {

class TensorMemory : public tsl::Allocator {
 public:
  std::string Name() override { return "nlora"; }

  void* AllocateRaw(size_t alignment, size_t bytes) override {
    if (bytes < smallest || alignment > page) {
      void* block = nullptr;
      const bool failed = posix_memalign(&block, alignment < sizeof(void*) ? sizeof(void*) : alignment, bytes);
      return failed ? nullptr : block;
    }
    const size_t size = (bytes + page - 1) / page * page;
    std::lock_guard<std::mutex> lock(mutex);
    char* block = takeFree(size);
    if (!block) {
      release(size);
      block = map(size);
    }
    if (!block) {
      release(everything);
      block = map(size);
    }
    if (block) used[block] = size;
    return block;
  }

  void DeallocateRaw(void* block) override {
    if (reinterpret_cast<uintptr_t>(block) % page == 0) {
      std::lock_guard<std::mutex> lock(mutex);
      const auto found = used.find(block);
      if (found != used.end()) {
        putFree(static_cast<char*>(block), found->second);
        used.erase(found);
        return;
      }
    }
    free(block);
  }

  // Gives all pages that are free back to the system.
  void releaseAll() {
    std::lock_guard<std::mutex> lock(mutex);
    release(everything);
  }

 private:
  // Smaller tensors lie on the C library's heap, which has little waste for them.
  static constexpr size_t smallest = 1 << 16;
  static constexpr size_t everything = ~size_t{0};

  const size_t page = sysconf(_SC_PAGESIZE);
  std::mutex mutex;
  std::unordered_map<void*, size_t> used;
  std::map<char*, size_t> freeByPlace;
  std::set<std::pair<size_t, char*>> freeBySize;

  static char* map(size_t size) {
    void* block = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return block == MAP_FAILED ? nullptr : static_cast<char*>(block);
  }

  // The beginning of the smallest free piece that is large enough; null where none is.
  char* takeFree(size_t size) {
    const auto found = freeBySize.lower_bound({size, nullptr});
    if (found == freeBySize.end()) return nullptr;
    const auto [whole, block] = *found;
    forget(block, whole);
    if (whole > size) remember(block + size, whole - size);
    return block;
  }

  // Keeps a free piece as one with its neighbours.
  void putFree(char* block, size_t size) {
    const auto after = freeByPlace.find(block + size);
    if (after != freeByPlace.end()) {
      const size_t more = after->second;
      forget(block + size, more);
      size += more;
    }
    const auto next = freeByPlace.lower_bound(block);
    if (next != freeByPlace.begin()) {
      const auto [before, length] = *std::prev(next);
      if (before + length == block) {
        forget(before, length);
        block = before;
        size += length;
      }
    }
    remember(block, size);
  }

  // Gives so many bytes of free pages back to the system, or all that there are, from the ends of the largest pieces.
  void release(size_t bytes) {
    while (bytes > 0 && !freeBySize.empty()) {
      const auto [whole, block] = *freeBySize.rbegin();
      const size_t size = whole < bytes ? whole : bytes;
      forget(block, whole);
      if (whole > size) remember(block, whole - size);
      munmap(block + whole - size, size);
      bytes -= size;
    }
  }

  void remember(char* block, size_t size) {
    freeByPlace[block] = size;
    freeBySize.insert({size, block});
  }

  void forget(char* block, size_t size) {
    freeByPlace.erase(block);
    freeBySize.erase({size, block});
  }
};

inline TensorMemory* tensorMemory = nullptr;

class TensorMemoryFactory : public tsl::AllocatorFactory {
 public:
  tsl::Allocator* CreateAllocator() override { return tensorMemory = new TensorMemory(); }
  tsl::SubAllocator* CreateSubAllocator(int) override { return nullptr; }  // TensorFlow 2.21 asks for none
};

// Whether TensorFlow has chosen its allocator is private to the registry; an explicit instantiation may name it all the same.
bool& allocatorIsChosen(tsl::AllocatorFactoryRegistry& registry);
template <bool tsl::AllocatorFactoryRegistry::* chosen>
struct RevealChoice {
  friend bool& allocatorIsChosen(tsl::AllocatorFactoryRegistry& registry) { return registry.*chosen; }
};
template struct RevealChoice<&tsl::AllocatorFactoryRegistry::first_alloc_made_>;

// Makes TensorFlow keep its tensors here; later than its first tensor it would end the process, and is left as it is.
inline const bool tensorMemoryInUse = [] {
  tsl::AllocatorFactoryRegistry& registry = *tsl::AllocatorFactoryRegistry::singleton();
  if (allocatorIsChosen(registry)) return false;
  constexpr int aboveTheDefault = 1000;
  registry.Register(__FILE__, __LINE__, "nlora", aboveTheDefault, new TensorMemoryFactory());
  return true;
}();

// Gives memory that tensors have left free back to the system.
inline void releaseTensorMemory() {
  if (tensorMemory) tensorMemory->releaseAll();
}

}  // namespace nlora

#endif  // NLORA_TENSOR_MEMORY_H_
