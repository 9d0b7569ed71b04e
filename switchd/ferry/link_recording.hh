// LinkRecording: writes down what happens to each packet of a link, in the form that core/report reads
// (switchd/README.md has it).
#pragma once

#include <functional>
#include <string>

#include "core/base/fd.hh"
#include "switchd/link/link_direction.hh"

namespace flowbed::sw {

class LinkRecording {
 public:
  // `a` and `b` are what the file calls the ends. `on_fault` is told once if the file takes no more.
  struct Names {
    std::string a, b;
  };
  using OnFault = std::function<void(const std::string& fault)>;
  LinkRecording(FileDescriptor file, Names names, TimePoint begin, OnFault on_fault);
  ~LinkRecording();  // whatever the file says now, nobody is told
  LinkRecording(const LinkRecording&) = delete;
  LinkRecording& operator=(const LinkRecording&) = delete;

  LinkObserver& a_to_b() { return a_to_b_; }
  LinkObserver& b_to_a() { return b_to_a_; }
  // As they are from now on.
  void note_capacities(const LinkDirection& a_to_b, const LinkDirection& b_to_a, TimePoint now);

  void write_out();
  uint64_t finish();  // the number of lines

 private:
  class Direction : public LinkObserver {
   public:
    Direction(LinkRecording& recording, std::string from) : recording_(recording), from_(std::move(from)) {}
    void arrived(const LinkPacket& packet, uint64_t bytes_waiting, TimePoint at) override;
    void dropped(const LinkPacket& packet, DropCause cause, TimePoint at) override;
    void delivered(const Wire::Delivery& delivery) override;
    void note_capacity(const LinkDirection& direction, TimePoint now);

   private:
    LinkRecording& recording_;
    const std::string from_;
  };

  template <class... Args>
  void add(const char* form, const Args&... args);
  std::string seconds(TimePoint time) const;  // since the beginning

  FileDescriptor file_;
  const TimePoint begin_;
  OnFault on_fault_;
  Direction a_to_b_, b_to_a_;
  std::string waiting_;
  uint64_t lines_ = 0;
};

}  // namespace flowbed::sw
