#include "switchd/link/wire.hh"

namespace flowbed::sw {
namespace {

CorrelatedChoice choice_of(const std::optional<Chance>& chance) {
  return chance ? CorrelatedChoice(chance->share, chance->correlation) : CorrelatedChoice(0, 0);
}
std::optional<Chance> chance_of(const std::optional<ReorderSettings>& reorder) {
  return reorder ? std::optional(reorder->chance) : std::nullopt;
}
std::optional<Jitter> jitter_of(const DirectionSettings& settings) {
  return settings.jitter ? std::optional<Jitter>(*settings.jitter) : std::nullopt;
}

}  // namespace

Wire::Wire(const DirectionSettings& settings, RandomStream& random, DropHandler drop)
    : settings_(settings),
      random_(random),
      drop_(std::move(drop)),
      loss_(settings.loss),
      jitter_(jitter_of(settings)),
      duplicate_(choice_of(settings.duplicate)),
      corrupt_(choice_of(settings.corrupt)),
      reorder_(choice_of(chance_of(settings.reorder))) {}

void Wire::change(const DirectionSettings& settings) {
  if (settings.loss != settings_.loss) loss_ = LossModel(settings.loss);
  if (settings.jitter != settings_.jitter) jitter_ = jitter_of(settings);
  if (settings.duplicate != settings_.duplicate) duplicate_ = choice_of(settings.duplicate);
  if (settings.corrupt != settings_.corrupt) corrupt_ = choice_of(settings.corrupt);
  if (settings.reorder != settings_.reorder) reorder_ = choice_of(chance_of(settings.reorder));
  settings_ = settings;
}

void Wire::send(const LinkPacket& packet, TimePoint now) {
  if (loss_.loses_next(random_)) return drop_(packet, DropCause::kLoss, now);
  LinkPacket arriving = packet;
  if (settings_.corrupt && corrupt_.next(random_))
    arriving.corrupted_bit = static_cast<uint32_t>(random_.bits());
  const bool twice = settings_.duplicate && duplicate_.next(random_);
  const TimePoint at = overtakes() ? now : arrival_time(now);
  arrive(arriving, at, false);
  if (twice) arrive(arriving, at, true);
}

bool Wire::overtakes() {
  if (!settings_.reorder || ++since_reordered_ < settings_.reorder->gap) return false;
  if (!reorder_.next(random_)) return false;
  since_reordered_ = 0;
  return true;
}

TimePoint Wire::arrival_time(TimePoint sent) {
  const Duration delay = settings_.delay + (jitter_ ? jitter_->next(random_) : Duration{});
  TimePoint at = sent + std::max(delay, Duration{});
  const bool may_overtake = settings_.jitter && settings_.jitter->may_reorder;
  if (!may_overtake) at = std::max(at, last_arrival_);
  last_arrival_ = at;
  return at;
}

void Wire::arrive(const LinkPacket& packet, TimePoint at, bool is_double) {
  on_their_way_.push({{packet, at, is_double}, sent_++});
}

std::optional<TimePoint> Wire::next_delivery() const {
  if (on_their_way_.empty()) return {};
  return on_their_way_.top().delivery.at;
}

Wire::Delivery Wire::take() {
  const Delivery delivery = on_their_way_.top().delivery;
  on_their_way_.pop();
  return delivery;
}

}  // namespace flowbed::sw
