import os

import dramatiq
import work
from dramatiq.brokers.redis import RedisBroker

dramatiq.set_broker(RedisBroker(url=os.environ["SERVER_URL"]))
put_nothing = dramatiq.actor(work.nothing).send
put_stamp = dramatiq.actor(work.stamp).send
